-- ARGV: now. Answers the earliest instant at which a hint can be claimed, '' when none is pending.
local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
if #first == 0 then
  return ''
end
local hold = tonumber(redis.call('GET', KEYS[2]) or '0')
local ripeAt = tonumber(first[2])
if hold > tonumber(ARGV[1]) and hold > ripeAt then
  ripeAt = hold
end
return string.format('%.0f', ripeAt)
