-- ARGV: now. Returns the earliest time at which an entry can be claimed; '' for an empty backlog.
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
