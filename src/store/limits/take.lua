-- Checks rate limit, limit of the CA, concurrency limit and canary, and takes a permit for an attempt if requested
-- and possible.
-- A request without capacity enters the wait queue, sorted by rank (certificate expiry). It stays in the queue until
-- it should have been repeated.
-- ARGV: now, rate limit per hour, per minute, limit of the CA per hour, concurrency limit, redistribution ID,
-- attempt, override the limits per hour and minute ('1' or '0'), rank, time in the queue after a missed repetition
-- (ms), take a permit ('1') or only check ('0'), blocked by circuit breaker or cool-down ('1' or '0'), count of
-- results on which this is based, override the canary ('1' or '0'), then the cumulative limit of each canary wave
-- Returns: capacity (1 or 0; 2: results were added, no decision), permits used of the hourly limit that is reached
-- (otherwise of the rate limit), time at which the limits per hour and minute have capacity ('' if they have capacity
-- now), number in progress, number of earlier requests in the wait queue, canary limit ('' after the last wave),
-- permits used of the canary limit, the hourly limit
local hour, sent, inFlight, inCanary, queue, queueExpiry, tally =
  KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local now = tonumber(ARGV[1])
local hourlyCap, minuteCap, caCap, inFlightCap =
  tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local id, attempt, over = ARGV[6], ARGV[7], ARGV[8] == '1'
local rank, keptMs, takes = ARGV[9], tonumber(ARGV[10]), ARGV[11] == '1'
local stopped, overCanary = ARGV[12] == '1', ARGV[14] == '1'
local HOUR, MINUTE = 3600000, 60000

if (redis.call('HGET', tally, 'count') or '0') ~= ARGV[13] then
  return { 2, 0, '', 0, 0, '', 0, 0 }
end
redis.call('ZREMRANGEBYSCORE', hour, '-inf', now - HOUR)
redis.call('ZREMRANGEBYSCORE', sent, '-inf', now - HOUR)
for _, expired in ipairs(redis.call('ZRANGEBYSCORE', queueExpiry, '-inf', now)) do
  redis.call('ZREM', queue, expired)
  redis.call('ZREM', queueExpiry, expired)
end

local flying = redis.call('SCARD', inFlight) - redis.call('SISMEMBER', inFlight, id)
local ahead = redis.call('ZCOUNT', queue, '-inf', '(' .. rank)
local held = redis.call('ZSCORE', hour, attempt)

-- Returns when a limit of `most` permits per `span` allows this request after the earlier requests in the queue; nil
-- if it does so now.
local function freeFrom(permits, most, span)
  local old = redis.call('ZCOUNT', permits, '-inf', now - span)
  local used = redis.call('ZCARD', permits) - old
  local missing = used + ahead - most
  if missing < 0 then
    return nil
  end
  if missing >= used then
    return now + span * (1 + math.floor((missing - used) / most))
  end
  local nth = redis.call('ZRANGE', permits, old + missing, old + missing, 'WITHSCORES')
  -- The permit of a pending command counts until the Mac responds, at an unknown time.
  return nth[2] == 'inf' and now + span or math.min(tonumber(nth[2]), now) + span
end
local freeAt, used, cap = '', redis.call('ZCARD', sent), hourlyCap
local function wait(at)
  if at and (freeAt == '' or at > freeAt) then
    freeAt = at
    return true
  end
  return false
end
wait(freeFrom(sent, hourlyCap, HOUR))
wait(freeFrom(sent, minuteCap, MINUTE))
if wait(freeFrom(hour, caCap, HOUR)) then
  used, cap = redis.call('ZCARD', hour), caCap
end

local verified = tonumber(redis.call('HGET', tally, 'verified') or '0')
local released = tonumber(redis.call('HGET', tally, 'released') or '0')
local limit = ''
for wave = 1, #ARGV - 14 do
  local most = tonumber(ARGV[14 + wave])
  if wave > released and verified < most then
    limit = tostring(most)
    break
  end
end
local trying = verified + redis.call('SCARD', inCanary) - redis.call('SISMEMBER', inCanary, id)
local inWave = limit == '' or overCanary or trying + ahead < tonumber(limit)

local granted = not stopped and inWave and flying + ahead < inFlightCap and (held or freeAt == '' or over)
if not granted then
  redis.call('ZADD', queue, rank, id)
  local retryAt = now
  if freeAt ~= '' then
    retryAt = math.max(retryAt, freeAt)
  end
  redis.call('ZADD', queueExpiry, retryAt + keptMs, id)
  return { 0, used, tostring(freeAt), flying, ahead, limit, trying, cap }
end
if takes then
  redis.call('ZADD', hour, 'NX', now, attempt)
  redis.call('ZADD', sent, 'NX', now, attempt)
  -- The next save of the record keeps or removes the permit by its state. If the worker is killed before, the permit
  -- is released when the redistribution is processed again.
  redis.call('SADD', inFlight, id)
  if limit ~= '' then
    redis.call('SADD', inCanary, id)
  end
end
return { 1, used, tostring(freeAt), flying, ahead, limit, trying, cap }
