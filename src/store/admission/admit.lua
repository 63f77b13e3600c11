-- ARGV: now, how many events are kept, how long the dedupe set lives (ms), then for each event the fields that are read below.
-- Answers { one letter for each event (d duplicate, w made a hint because the Mac is watched, a else), when to wake the worker or '' }.
local hintsKey, factsKey, revisionKey, awakeKey, holdKey = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local watchKey, seenKey, eventsKey = KEYS[6], KEYS[7], KEYS[8]
local pastKey, currentKey, nextKey, oldKey = KEYS[9], KEYS[10], KEYS[11], KEYS[12]
local now, keep = tonumber(ARGV[1]), ARGV[2]
local FIELDS = 13

-- Looked for once a call: hardly any call finds the next window (a receiver whose clock is ahead), few the past one empty.
local others = {}
for _, other in ipairs({ pastKey, nextKey }) do
  if redis.call('EXISTS', other) == 1 then
    others[#others + 1] = other
  end
end

local function isDuplicate(identity)
  if redis.call('SADD', currentKey, identity) == 0 then
    return true
  end
  for _, other in ipairs(others) do
    if redis.call('SISMEMBER', other, identity) == 1 then
      return true
    end
  end
  return false
end

local answers, deduped = {}, false
local firstRipeAt = nil

local function hint(computerId, mask, ripeAt)
  mergeHint(hintsKey, factsKey, revisionKey, computerId, mask, ripeAt)
  if not firstRipeAt or ripeAt < firstRipeAt then
    firstRipeAt = ripeAt
  end
end

local i = 4
while i <= #ARGV do
  local identity, computerId, seenAt = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local watchMask, mask, ripeAt = tonumber(ARGV[i + 3]), tonumber(ARGV[i + 4]), tonumber(ARGV[i + 5])
  local holdUntil = ARGV[i + 6]
  local event, at, outcome, webhook, body = ARGV[i + 7], ARGV[i + 8], ARGV[i + 9], ARGV[i + 10], ARGV[i + 11]
  local many = tonumber(ARGV[i + 12])
  local answer = 'a'

  if identity ~= '' then
    deduped = true
    if isDuplicate(identity) then
      answer, outcome, body = 'd', 'duplicate', ''
    end
  end

  if answer == 'a' then
    if seenAt ~= '' then
      redis.call('ZADD', seenKey, 'GT', seenAt, computerId)
    end
    if mask > 0 then
      for j = i + FIELDS, i + FIELDS + many - 1 do
        hint(ARGV[j], mask, ripeAt)
      end
    elseif watchMask > 0 and redis.call('HEXISTS', watchKey, computerId) == 1 then
      hint(computerId, watchMask, ripeAt)
      answer, outcome = 'w', 'hint'
    end
    if holdUntil ~= '' then
      if tonumber(holdUntil) > now then
        redis.call('SET', holdKey, holdUntil, 'PX', tonumber(holdUntil) - now)
      else
        redis.call('DEL', holdKey)
      end
    end
  end

  if keep ~= '0' then
    redis.call('XADD', eventsKey, 'MAXLEN', '~', keep, '*', 'event', event, 'at', at, 'computer', computerId,
      'webhook', webhook, 'outcome', outcome, 'body', body)
  end
  answers[#answers + 1] = answer
  i = i + FIELDS + many
end

if deduped then
  redis.call('PEXPIRE', currentKey, ARGV[3])
  -- Freed in the background: a large set that simply expires is freed in the foreground and everybody waits.
  redis.call('UNLINK', oldKey)
end
return { table.concat(answers), firstRipeAt and wakeAt(awakeKey, math.max(firstRipeAt, now), now) or '' }
