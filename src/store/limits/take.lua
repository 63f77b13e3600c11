-- How much of the caps is used, and who waits for room; takes a token for an attempt when asked to and when it is its turn.
-- Whoever is refused stands in line by rank (the instant of expiry), and holds the place until it should have asked again.
-- ARGV: now, length of the window (ms), hourly cap, in-flight cap, id, attempt, over the hourly cap ('1' or '0'), rank,
--       how long a place is kept (ms), take ('1') or look ('0')
-- Answers: its turn (1 or 0), used in the window, when the window has room for it ('' when it has), used in flight, how many are ahead
local hour, inFlight, line, places = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local now, windowMs = tonumber(ARGV[1]), tonumber(ARGV[2])
local hourlyCap, inFlightCap = tonumber(ARGV[3]), tonumber(ARGV[4])
local id, attempt, over = ARGV[5], ARGV[6], ARGV[7] == '1'
local rank, keptMs, takes = ARGV[8], tonumber(ARGV[9]), ARGV[10] == '1'

redis.call('ZREMRANGEBYSCORE', hour, '-inf', now - windowMs)
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', places, '-inf', now)) do
  redis.call('ZREM', line, gone)
  redis.call('ZREM', places, gone)
end

local used = redis.call('ZCARD', hour)
local flying = redis.call('SCARD', inFlight) - redis.call('SISMEMBER', inFlight, id)
local ahead = redis.call('ZCOUNT', line, '-inf', '(' .. rank)
local held = redis.call('ZSCORE', hour, attempt)

local freeAt = ''
local missing = used + ahead - hourlyCap
if missing >= 0 and used > 0 then
  local nth = math.min(missing, used - 1)
  local oldest = redis.call('ZRANGE', hour, nth, nth, 'WITHSCORES')
  freeAt = tostring(tonumber(oldest[2]) + windowMs)
end

local turn = flying + ahead < inFlightCap and (held or freeAt == '' or over)
if not turn then
  redis.call('ZADD', line, rank, id)
  local back = now
  if freeAt ~= '' then
    back = math.max(back, tonumber(freeAt))
  end
  redis.call('ZADD', places, back + keptMs, id)
  return { 0, used, freeAt, flying, ahead }
end
if takes then
  redis.call('ZADD', hour, 'NX', now, attempt)
  -- The next store of the record keeps or removes it, by its state: nothing leaks when the worker dies here.
  redis.call('SADD', inFlight, id)
end
return { 1, used, freeAt, flying, ahead }
