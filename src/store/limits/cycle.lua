-- Takes a permit for an attempt with the mechanism cycle, within its concurrency limit and its limit per time window.
-- ARGV: now, length of the window (ms), concurrency limit, limit per window, redistribution ID, attempt
-- Returns: granted (1 or 0), number in progress, number in the window. A repeated call for the same attempt has no
-- further effect.
local cycling, day = KEYS[1], KEYS[2]
local now, windowMs = tonumber(ARGV[1]), tonumber(ARGV[2])
local id, attempt = ARGV[5], ARGV[6]

redis.call('ZREMRANGEBYSCORE', day, '-inf', now - windowMs)
local flying = redis.call('SCARD', cycling) - redis.call('SISMEMBER', cycling, id)
local held = redis.call('ZSCORE', day, attempt)
local used = redis.call('ZCARD', day)
if flying >= tonumber(ARGV[3]) or (not held and used >= tonumber(ARGV[4])) then
  return { 0, flying, used }
end
redis.call('ZADD', day, 'NX', now, attempt)
-- The next save of the record keeps or removes the permit by its state. If the worker is killed before, the permit
-- is released when the redistribution is processed again.
redis.call('SADD', cycling, id)
return { 1, flying, used }
