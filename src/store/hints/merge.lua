-- Shared by every script that adds hints. The caller names its keys `hintsKey`, `factsKey`, `revisionKey`, `awakeKey`.
local AWAKE_MARGIN_MS = 60000
local revision = nil

-- One revision for all hints of a call, drawn only when there is one: it never repeats, so a hint that was done and came anew
-- is not taken for the old one.
local function nextRevision(revisionKey)
  if not revision then
    revision = redis.call('INCR', revisionKey)
  end
  return revision
end

-- A pending hint keeps the earlier instant (a claimed one too: what is new need not wait for the end of the lease).
local function mergeHint(hintsKey, factsKey, revisionKey, computerId, mask, ripeAt)
  local facts = redis.call('HGET', factsKey, computerId)
  if facts then
    mask = bit.bor(mask, tonumber(string.match(facts, ':(%d+)$')) or 0)
    redis.call('ZADD', hintsKey, 'LT', ripeAt, computerId)
  else
    redis.call('ZADD', hintsKey, ripeAt, computerId)
  end
  redis.call('HSET', factsKey, computerId, string.format('%.0f:%d', nextRevision(revisionKey), mask))
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
