-- ARGV: computer id, revision, … Answers how many were removed. What changed since the claim stays and is ripe when its news is.
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
