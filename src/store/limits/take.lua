-- Checks rate limit, concurrency limit and canary, and takes a permit for an attempt if requested and possible.
-- A request without capacity enters the wait queue, sorted by rank (certificate expiry), and keeps its place until it should have been
-- repeated.
-- ARGV: now, length of the rate limit window (ms), rate limit, concurrency limit, redistribution ID, attempt, override the rate limit ('1' or
--       '0'), rank, how long a place is kept (ms), take a permit ('1') or only check ('0'), blocked by circuit breaker or cool-down ('1' or
--       '0'), count of results on which that is based, override the canary ('1' or '0'), then the cumulative limit of each canary wave
-- Returns: capacity (1 or 0; 2: there are newer results), permits in the window, time at which the window has capacity ('' when it has),
-- number in progress, number of earlier requests in the wait queue, canary limit ('' after the last wave), permits used of it
local hour, inFlight, queue, queueExpiry, tally = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local now, windowMs = tonumber(ARGV[1]), tonumber(ARGV[2])
local hourlyCap, inFlightCap = tonumber(ARGV[3]), tonumber(ARGV[4])
local id, attempt, over = ARGV[5], ARGV[6], ARGV[7] == '1'
local rank, keptMs, takes = ARGV[8], tonumber(ARGV[9]), ARGV[10] == '1'

local stopped, overCanary = ARGV[11] == '1', ARGV[13] == '1'
if (redis.call('HGET', tally, 'count') or '0') ~= ARGV[12] then
  return { 2, 0, '', 0, 0, '', 0 }
end
redis.call('ZREMRANGEBYSCORE', hour, '-inf', now - windowMs)
for _, expired in ipairs(redis.call('ZRANGEBYSCORE', queueExpiry, '-inf', now)) do
  redis.call('ZREM', queue, expired)
  redis.call('ZREM', queueExpiry, expired)
end

local used = redis.call('ZCARD', hour)
local flying = redis.call('SCARD', inFlight) - redis.call('SISMEMBER', inFlight, id)
local ahead = redis.call('ZCOUNT', queue, '-inf', '(' .. rank)
local held = redis.call('ZSCORE', hour, attempt)

local freeAt = ''
local missing = used + ahead - hourlyCap
if missing >= 0 and used > 0 then
  local nth = math.min(missing, used - 1)
  local oldest = redis.call('ZRANGE', hour, nth, nth, 'WITHSCORES')
  -- A permit of a pending command is held until the command is answered, at an unknown time.
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

local granted = not stopped and inCanary and flying + ahead < inFlightCap and (held or freeAt == '' or over)
if not granted then
  redis.call('ZADD', queue, rank, id)
  local retryAt = now
  if freeAt ~= '' then
    retryAt = math.max(retryAt, tonumber(freeAt))
  end
  redis.call('ZADD', queueExpiry, retryAt + keptMs, id)
  return { 0, used, freeAt, flying, ahead, limit, verified + flying }
end
if takes then
  redis.call('ZADD', hour, 'NX', now, attempt)
  -- The next save of the record keeps or removes the permit by its state, so that a failed worker leaks no permit.
  redis.call('SADD', inFlight, id)
end
return { 1, used, freeAt, flying, ahead, limit, verified + flying }
