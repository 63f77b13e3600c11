-- Shared by the scripts that add backlog entries. Entries are collected and then merged together, because a Redis
-- call from Lua takes more time than the work that it does.
local AWAKE_MARGIN_MS = 60000
-- Lua can pass at most a few thousand arguments to a call. The number is even, so that pairs of arguments stay in one
-- chunk.
local CHUNK = 1000

-- Calls `run(from, to)` for each chunk of a list.
local function inChunks(list, run)
  for from = 1, #list, CHUNK do
    run(from, math.min(from + CHUNK - 1, #list))
  end
end

local notedIds, notedMasks, notedRipeAts = {}, {}, {}

-- Collects an entry. A Mac that is collected twice gets both reasons and the earlier time.
local function noteHint(computerId, mask, ripeAt)
  if notedMasks[computerId] then
    notedMasks[computerId] = bit.bor(notedMasks[computerId], mask)
    notedRipeAts[computerId] = math.min(notedRipeAts[computerId], ripeAt)
  else
    notedIds[#notedIds + 1] = computerId
    notedMasks[computerId], notedRipeAts[computerId] = mask, ripeAt
  end
end

-- Merges the collected entries into the backlog. An existing entry keeps the earlier time. A claimed entry does so as
-- well, so a new reason does not wait until the lease ends. All entries of a call get the same new revision. `done`
-- of an older claim then does not remove them, because revisions are never reused.
local function mergeHints(hintsKey, factsKey, revisionKey)
  if #notedIds == 0 then
    return
  end
  local revision = string.format('%.0f:', redis.call('INCR', revisionKey))
  inChunks(notedIds, function(from, to)
    local before = redis.call('HMGET', factsKey, unpack(notedIds, from, to))
    local fresh, pending, facts = {}, {}, {}
    for i = from, to do
      local computerId, old = notedIds[i], before[i - from + 1]
      local mask, list = notedMasks[computerId], fresh
      if old then
        mask, list = bit.bor(mask, tonumber(string.match(old, ':(%d+)$')) or 0), pending
      end
      list[#list + 1] = notedRipeAts[computerId]
      list[#list + 1] = computerId
      facts[#facts + 1] = computerId
      facts[#facts + 1] = revision .. mask
    end
    inChunks(fresh, function(first, last)
      redis.call('ZADD', hintsKey, unpack(fresh, first, last))
    end)
    inChunks(pending, function(first, last)
      redis.call('ZADD', hintsKey, 'LT', unpack(pending, first, last))
    end)
    inChunks(facts, function(first, last)
      redis.call('HSET', factsKey, unpack(facts, first, last))
    end)
  end)
end

-- Returns the time for which the calling code must request an assess job, or '' when a job is already requested for
-- that time or earlier. The marker of a requested job expires shortly after that time, so that a lost request is
-- repeated.
local function wakeAt(awakeKey, ripeAt, now)
  local asked = tonumber(redis.call('GET', awakeKey) or '')
  if asked and asked <= ripeAt then
    return ''
  end
  redis.call('SET', awakeKey, string.format('%.0f', ripeAt), 'PX', math.max(ripeAt - now, 0) + AWAKE_MARGIN_MS)
  return string.format('%.0f', ripeAt)
end
