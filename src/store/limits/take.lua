-- How much of the caps is used, and who waits for room; takes a token for an attempt when asked to and when it is its turn.
-- Whoever is refused stands in line by rank (the instant of expiry), and holds the place until it should have asked again.
-- ARGV: now, length of the window (ms), hourly cap, in-flight cap, id, attempt, over the hourly cap ('1' or '0'), rank,
--       how long a place is kept (ms), take ('1') or look ('0'), stopped by the breaker or a hold ('1' or '0'), the count of results
--       by which that was judged, over the canary ('1' or '0'), then how many may be begun up to the end of each canary wave
-- Answers: its turn (1 or 0; 2: there are results that were not judged), used in the window, when the window has room for it ('' when it
-- has), used in flight, how many are ahead, canary limit ('' after the last wave), how many of it are used
local hour, inFlight, line, places, tally = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local now, windowMs = tonumber(ARGV[1]), tonumber(ARGV[2])
local hourlyCap, inFlightCap = tonumber(ARGV[3]), tonumber(ARGV[4])
local id, attempt, over = ARGV[5], ARGV[6], ARGV[7] == '1'
local rank, keptMs, takes = ARGV[8], tonumber(ARGV[9]), ARGV[10] == '1'

local stopped, overCanary = ARGV[11] == '1', ARGV[13] == '1'
if (redis.call('HGET', tally, 'count') or '0') ~= ARGV[12] then
  return { 2, 0, '', 0, 0, '', 0 }
end
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
  -- Commands that are out hold their tokens until they are answered: nobody knows when.
  freeAt = oldest[2] == 'inf' and tostring(now + windowMs) or tostring(tonumber(oldest[2]) + windowMs)
end

local verified = tonumber(redis.call('HGET', tally, 'verified') or '0')
local released = tonumber(redis.call('HGET', tally, 'released') or '0')
local limit = ''
for wave = 1, #ARGV - 13 do
  local most = tonumber(ARGV[13 + wave])
  if wave > released and verified < most then
    limit = tostring(most)
    break
  end
end
local inCanary = limit == '' or overCanary or verified + flying + ahead < tonumber(limit)

local turn = not stopped and inCanary and flying + ahead < inFlightCap and (held or freeAt == '' or over)
if not turn then
  redis.call('ZADD', line, rank, id)
  local back = now
  if freeAt ~= '' then
    back = math.max(back, tonumber(freeAt))
  end
  redis.call('ZADD', places, back + keptMs, id)
  return { 0, used, freeAt, flying, ahead, limit, verified + flying }
end
if takes then
  redis.call('ZADD', hour, 'NX', now, attempt)
  -- The next store of the record keeps or removes it, by its state: nothing leaks when the worker dies here.
  redis.call('SADD', inFlight, id)
end
return { 1, used, freeAt, flying, ahead, limit, verified + flying }
