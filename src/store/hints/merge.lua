-- Shared by every script that adds hints: hints are first noted, then merged all at once, since in Lua a call costs more than what it does.
local AWAKE_MARGIN_MS = 60000
-- Lua hands over some thousand arguments at most. Even, so that pairs stay together.
local CHUNK = 1000

-- Calls `run(from, to)` for each part of a list that fits into one call.
local function inChunks(list, run)
  for from = 1, #list, CHUNK do
    run(from, math.min(from + CHUNK - 1, #list))
  end
end

local notedIds, notedMasks, notedRipeAts = {}, {}, {}

-- Notes that a computer deserves a look. One that is noted twice has both reasons and the earlier instant.
local function noteHint(computerId, mask, ripeAt)
  if notedMasks[computerId] then
    notedMasks[computerId] = bit.bor(notedMasks[computerId], mask)
    notedRipeAts[computerId] = math.min(notedRipeAts[computerId], ripeAt)
  else
    notedIds[#notedIds + 1] = computerId
    notedMasks[computerId], notedRipeAts[computerId] = mask, ripeAt
  end
end

-- Merges what was noted into the hints that are pending. One of those keeps the earlier instant (a claimed one too: what is new need
-- not wait for the end of the lease). One revision for all hints of a call: it never repeats, so a hint that was done and came anew is
-- not taken for the old one.
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

-- Answers the instant when the worker must be woken for a hint that is ripe at `ripeAt`, '' when that was asked already for that
-- instant or an earlier one. The marker outlives that instant by a margin only: a wake that was lost on its way is asked for again.
local function wakeAt(awakeKey, ripeAt, now)
  local asked = tonumber(redis.call('GET', awakeKey) or '')
  if asked and asked <= ripeAt then
    return ''
  end
  redis.call('SET', awakeKey, string.format('%.0f', ripeAt), 'PX', math.max(ripeAt - now, 0) + AWAKE_MARGIN_MS)
  return string.format('%.0f', ripeAt)
end
