-- A channel was told of an incident. It is no longer pending, unless the incident was over in the meantime and only its beginning was told.
-- KEYS: told, pending, closed. ARGV: id, channel, phase.
local member = ARGV[1] .. '/' .. ARGV[2]
redis.call('HSET', KEYS[1], member, ARGV[3])
if ARGV[3] == 'recovered' or not redis.call('ZSCORE', KEYS[3], ARGV[1]) then
  redis.call('ZREM', KEYS[2], member)
end
return 1
