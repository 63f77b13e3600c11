-- ARGV: now, maximum length of the event log, lifetime of a deduplication set (ms), values of all events as JSON,
-- names and bodies of all events concatenated. The script uses few arguments and few Redis calls, because each of
-- them takes more time than the work that it does.
-- Returns { one letter per event (d: duplicate, w: queued because the Mac is watched, a: admitted), time for the next
-- assess job or '' }.
local hintsKey, factsKey, revisionKey, awakeKey, holdKey = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local watchKey, seenKey, eventsKey = KEYS[6], KEYS[7], KEYS[8]
local pastKey, currentKey, nextKey, oldKey = KEYS[9], KEYS[10], KEYS[11], KEYS[12]
local jamfKey = KEYS[13]
local now, keep, events, texts = tonumber(ARGV[1]), ARGV[2], cjson.decode(ARGV[4]), ARGV[5]
-- Positions of the values of an event.
local IDENTITY, COMPUTER, SEEN_AT, WATCH_MASK, MASK, RIPE_AT, HOLD_UNTIL = 1, 2, 3, 4, 5, 6, 7
local AT, OUTCOME, WEBHOOK, EVENT_BYTES, BODY_BYTES, COMPUTERS = 8, 9, 10, 11, 12, 13

-- The letters of the result, in the order of the events.
local answers = {}

-- Marks events that repeat an earlier event or another event of this call. Adds all identities to the set of the
-- current window, so that a repeated event extends the time in which it is detected.
local function findDuplicates()
  local identities, known = {}, {}
  for _, event in ipairs(events) do
    if event[IDENTITY] ~= '' then
      identities[#identities + 1] = event[IDENTITY]
    end
  end
  if #identities == 0 then
    return
  end
  inChunks(identities, function(from, to)
    for _, window in ipairs({ pastKey, currentKey, nextKey }) do
      for i, there in ipairs(redis.call('SMISMEMBER', window, unpack(identities, from, to))) do
        if there == 1 then
          known[identities[from + i - 1]] = true
        end
      end
    end
    redis.call('SADD', currentKey, unpack(identities, from, to))
  end)
  redis.call('PEXPIRE', currentKey, ARGV[3])
  -- UNLINK frees the memory of the set in the background. If a large set expired instead, Redis would be blocked
  -- while it frees the memory.
  redis.call('UNLINK', oldKey)
  for i, event in ipairs(events) do
    local identity = event[IDENTITY]
    if identity ~= '' then
      if known[identity] then
        answers[i] = 'd'
      end
      known[identity] = true
    end
  end
end

-- Some events queue their Mac only if a redistribution watches it. Returns the Macs of these events that are watched.
local function findWatched()
  local asked, watched = {}, {}
  for i, event in ipairs(events) do
    if not answers[i] and event[MASK] == 0 and event[WATCH_MASK] > 0 then
      asked[#asked + 1] = event[COMPUTER]
    end
  end
  inChunks(asked, function(from, to)
    for i, holders in ipairs(redis.call('HMGET', watchKey, unpack(asked, from, to))) do
      watched[asked[from + i - 1]] = holders and true
    end
  end)
  return watched
end

findDuplicates()
local watched = findWatched()
local seen = {}
local firstRipeAt = nil
local function hint(computerId, mask, ripeAt)
  noteHint(computerId, mask, ripeAt)
  firstRipeAt = math.min(firstRipeAt or ripeAt, ripeAt)
end

local from = 1
for i, event in ipairs(events) do
  local outcome, computerId, holdUntil = event[OUTCOME], event[COMPUTER], event[HOLD_UNTIL]
  local bodyFrom = from + event[EVENT_BYTES]
  local nextFrom = bodyFrom + event[BODY_BYTES]
  local body = ''

  if answers[i] then
    outcome = 'duplicate'
  else
    answers[i] = 'a'
    body = string.sub(texts, bodyFrom, nextFrom - 1)
    if event[SEEN_AT] ~= '' then
      seen[#seen + 1] = event[SEEN_AT]
      seen[#seen + 1] = computerId
    end
    if event[MASK] > 0 then
      for _, one in ipairs(event[COMPUTERS]) do
        hint(one, event[MASK], event[RIPE_AT])
      end
    elseif event[WATCH_MASK] > 0 and watched[computerId] then
      hint(computerId, event[WATCH_MASK], event[RIPE_AT])
      answers[i], outcome = 'w', 'hint'
    end
    if holdUntil ~= '' then
      if holdUntil > now then
        redis.call('SET', holdKey, string.format('%.0f', holdUntil), 'PX', holdUntil - now)
      else
        redis.call('DEL', holdKey)
        -- The Jamf Pro server restarted. This time starts the cool-down of redistributions.
        redis.call('HSET', jamfKey, 'restart', ARGV[1])
      end
    end
  end

  if keep ~= '0' then
    redis.call('XADD', eventsKey, '*', 'event', string.sub(texts, from, bodyFrom - 1), 'at', event[AT],
      'computer', computerId, 'webhook', event[WEBHOOK], 'outcome', outcome, 'body', body)
  end
  from = nextFrom
end

inChunks(seen, function(first, last)
  redis.call('ZADD', seenKey, 'GT', unpack(seen, first, last))
end)
mergeHints(hintsKey, factsKey, revisionKey)
if keep ~= '0' then
  redis.call('XTRIM', eventsKey, 'MAXLEN', '~', keep)
end
return { table.concat(answers), firstRipeAt and wakeAt(awakeKey, math.max(firstRipeAt, now), now) or '' }
