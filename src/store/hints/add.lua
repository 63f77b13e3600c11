-- ARGV: now, bit mask of the reason, time from which the Macs may be assessed, computer IDs …
-- Returns the time for which the calling code must request an assess job, or ''.
local hintsKey, factsKey, revisionKey, awakeKey = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local now, mask, ripeAt = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
for i = 4, #ARGV do
  noteHint(ARGV[i], mask, ripeAt)
end
mergeHints(hintsKey, factsKey, revisionKey)
return wakeAt(awakeKey, math.max(ripeAt, now), now)
