-- ARGV: now, limit, end of the lease. Returns { computer ID, 'revision:mask', last contact or '' } for each claimed entry.
local hintsKey, factsKey, seenKey, holdKey = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
if tonumber(redis.call('GET', holdKey) or '0') > tonumber(ARGV[1]) then
  return {}
end
local ids = redis.call('ZRANGE', hintsKey, '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, ARGV[2])
local claimed = {}
for i, id in ipairs(ids) do
  redis.call('ZADD', hintsKey, ARGV[3], id)
  local seen = redis.call('ZSCORE', seenKey, id)
  claimed[i] = { id, redis.call('HGET', factsKey, id) or '0:0', seen or '' }
end
return claimed
