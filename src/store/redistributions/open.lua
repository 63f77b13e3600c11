-- Stores a new redistribution, unless one is open for the same Mac and profile. Returns the ID of the open redistribution.
-- ARGV: ID, field of the Mac and profile, record, opening time, start of the state, state, part of a batch ('1' or '0'), retention of the batch (ms)
local open, record, all, state, computer, failing, batch, batchStates =
  KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8]
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
redis.call('HDEL', failing, field)
if ARGV[7] == '1' then
  redis.call('ZADD', batch, ARGV[4], id)
  redis.call('HINCRBY', batchStates, ARGV[6], 1)
  redis.call('PEXPIRE', batch, ARGV[8])
  redis.call('PEXPIRE', batchStates, ARGV[8])
end
return id
