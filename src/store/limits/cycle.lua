-- Takes a token for one attempt by cycle, if few enough are on their way and few enough began within the window.
-- ARGV: now, length of the window (ms), cap in flight, cap in the window, id, attempt
-- Answers: granted (1 or 0), used in flight, used in the window; the same attempt gets the same token again.
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
-- The next store of the record keeps or removes it, by its state: nothing leaks when the worker dies here.
redis.call('SADD', cycling, id)
return { 1, flying, used }
