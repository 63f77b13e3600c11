-- How much of the caps is used; takes a token for an attempt when asked to and when there is room.
-- ARGV: now, length of the window (ms), hourly cap, in-flight cap, id ('' takes nothing), attempt, over the hourly cap ('1' or '0')
-- Answers: granted (1 or 0), used in the window, when the window has room again ('' when it has), used in flight
local hour, inFlight = KEYS[1], KEYS[2]
local now, windowMs = tonumber(ARGV[1]), tonumber(ARGV[2])
local hourlyCap, inFlightCap = tonumber(ARGV[3]), tonumber(ARGV[4])
local id, attempt = ARGV[5], ARGV[6]

redis.call('ZREMRANGEBYSCORE', hour, '-inf', now - windowMs)
local used = redis.call('ZCARD', hour)
local flying = redis.call('SCARD', inFlight)
if id ~= '' and redis.call('SISMEMBER', inFlight, id) == 1 then
  flying = flying - 1
end

local freeAt = ''
if used >= hourlyCap then
  local oldest = redis.call('ZRANGE', hour, used - hourlyCap, used - hourlyCap, 'WITHSCORES')
  freeAt = tostring(tonumber(oldest[2]) + windowMs)
end
if id == '' then
  return { 0, used, freeAt, flying }
end

local held = redis.call('ZSCORE', hour, attempt)
local room = flying < inFlightCap and (held or freeAt == '' or ARGV[7] == '1')
if not room then
  return { 0, used, freeAt, flying }
end
redis.call('ZADD', hour, 'NX', now, attempt)
-- The next store of the record keeps or removes it, by its state: nothing leaks when the worker dies here.
redis.call('SADD', inFlight, id)
return { 1, used, freeAt, flying }
