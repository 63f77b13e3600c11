-- Implements a lease that only its holder can renew or release, and a cursor that only the holder of the lease can
-- write.
-- KEYS: lease, cursor. ARGV: 'take' holder milliseconds | 'release' holder | 'write' holder cursor. Returns 1 on
-- success, otherwise 0.
local what, holder = ARGV[1], ARGV[2]
local current = redis.call('GET', KEYS[1])
if what == 'take' then
  if current and current ~= holder then return 0 end
  redis.call('SET', KEYS[1], holder, 'PX', ARGV[3])
  return 1
end
if current ~= holder then return 0 end
if what == 'release' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[2], ARGV[3]) end
return 1
