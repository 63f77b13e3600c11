-- Stores a new redistribution, unless one is open for the same Mac and profile. Answers the id of the one that is open then.
-- ARGV: id, field of the Mac and profile, record, opened at, since
local open, record, all, state, computer = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local id, field = ARGV[1], ARGV[2]

local existing = redis.call('HGET', open, field)
if existing then
  return existing
end
redis.call('HSET', open, field, id)
redis.call('SET', record, ARGV[3])
redis.call('ZADD', all, ARGV[4], id)
redis.call('ZADD', computer, ARGV[4], id)
redis.call('ZADD', state, ARGV[5], id)
return id
