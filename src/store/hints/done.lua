-- ARGV: computer ID and revision of each entry, alternating. Returns the number of removed entries. Entries that
-- changed since the claim are kept.
local hintsKey, factsKey = KEYS[1], KEYS[2]
local removed = 0
for i = 1, #ARGV, 2 do
  local facts = redis.call('HGET', factsKey, ARGV[i]) or '0:0'
  if string.match(facts, '^%d+') == ARGV[i + 1] then
    redis.call('HDEL', factsKey, ARGV[i])
    removed = removed + redis.call('ZREM', hintsKey, ARGV[i])
  end
end
return removed
