-- Replaces a record if its version is the expected one, and updates every index atomically.
-- ARGV: ID, expected version, record, start of the state, field of the Mac and profile, closing time ('' while open),
-- in progress ('1' or '0'), attempt ('' for none), time of the attempt, retention of attempts (ms), stays in the wait
-- queue ('1' or '0'), result of an attempt that became known ('' for none), change of the number of Macs that completed
-- the canary, lease ('' for none), in progress with cycle ('1' or '0'), field of the count of failures of the
-- Redistribute Profile setting of Jamf Pro ('' for none), failure ('' for none), previous state, new state, blocked
-- ('1' or '0'), part of a batch ('1' or '0'), in a canary wave ('1' or '0'), then score and member, alternating, of the
-- changed rate limit permits. A score is the time of the certificate request, or '+inf' while the request is expected.
-- Returns 1 when the record is stored, otherwise 0. A repeated call (after a lost connection) returns 1 as well.
local record, open, closed, before, after, inFlight, attempts, queue, queueExpiry, results, tally =
  KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10], KEYS[11]
local leases, cycling, natives, hour, inCanary = KEYS[12], KEYS[13], KEYS[14], KEYS[15], KEYS[16]
local failing, blockedBefore, blockedAfter, batchStates = KEYS[17], KEYS[18], KEYS[19], KEYS[20]
local id = ARGV[1]

local current = redis.call('GET', record)
if current == ARGV[3] then
  return 1
end
if not current or string.match(current, '^%d+') ~= ARGV[2] then
  return 0
end
redis.call('SET', record, ARGV[3])
redis.call('ZREM', before, id)
redis.call('ZADD', after, ARGV[4], id)
if ARGV[7] == '1' then
  redis.call('SADD', inFlight, id)
else
  redis.call('SREM', inFlight, id)
end
if ARGV[14] ~= '' then
  redis.call('HSET', leases, id, ARGV[14])
else
  redis.call('HDEL', leases, id)
end
if ARGV[15] == '1' then
  redis.call('SADD', cycling, id)
else
  redis.call('SREM', cycling, id)
end
if ARGV[16] ~= '' then
  redis.call('HINCRBY', natives, ARGV[16], 1)
end
if ARGV[11] ~= '1' then
  redis.call('ZREM', queue, id)
  redis.call('ZREM', queueExpiry, id)
end
if ARGV[8] ~= '' then
  -- A retention of 0 removes an attempt that must not be charged to the Mac.
  if ARGV[10] == '0' then
    redis.call('ZREM', attempts, ARGV[8])
  else
    redis.call('ZADD', attempts, 'NX', ARGV[9], ARGV[8])
    redis.call('PEXPIRE', attempts, ARGV[10])
  end
end
if ARGV[17] ~= '' then
  redis.call('HSET', failing, ARGV[5], ARGV[17])
else
  redis.call('HDEL', failing, ARGV[5])
end
redis.call('ZREM', blockedBefore, id)
if ARGV[20] == '1' then
  redis.call('ZADD', blockedAfter, ARGV[4], id)
end
if ARGV[21] == '1' and ARGV[18] ~= ARGV[19] then
  redis.call('HINCRBY', batchStates, ARGV[18], -1)
  redis.call('HINCRBY', batchStates, ARGV[19], 1)
end
for token = 23, #ARGV, 2 do
  redis.call('ZADD', hour, ARGV[token], ARGV[token + 1])
end
if ARGV[22] == '1' then
  redis.call('SADD', inCanary, id)
else
  redis.call('SREM', inCanary, id)
end
-- Results of attempts that started before the circuit breaker was closed are ignored, because their cause may have
-- been fixed.
if (ARGV[12] ~= '' or ARGV[13] ~= '0') and tonumber(ARGV[9]) >= tonumber(redis.call('HGET', tally, 'since') or '0') then
  if ARGV[12] ~= '' then
    redis.call('LPUSH', results, ARGV[12])
    redis.call('LTRIM', results, 0, 499)
  end
  redis.call('HINCRBY', tally, 'count', 1)
  if redis.call('HINCRBY', tally, 'verified', ARGV[13]) < 0 then
    redis.call('HSET', tally, 'verified', 0)
  end
end
if ARGV[6] ~= '' then
  redis.call('ZADD', closed, ARGV[6], id)
  if redis.call('HGET', open, ARGV[5]) == id then
    redis.call('HDEL', open, ARGV[5])
  end
end
return 1
