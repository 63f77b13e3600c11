-- Removes Macs from a batch and counts the refused ones. A Mac that another worker has already removed is not counted
-- again.
-- KEYS: 1 Macs that are not processed yet, 2 refusals. ARGV: 1 JSON array of {id, reason?, sentence?}, 2 retention of
-- the refusals (ms).
for _, result in ipairs(cjson.decode(ARGV[1])) do
  if redis.call('LREM', KEYS[1], 1, result.id) > 0 and result.reason then
    redis.call('HINCRBY', KEYS[2], 'count ' .. result.reason, 1)
    redis.call('HSETNX', KEYS[2], 'sentence ' .. result.reason, result.sentence)
  end
end
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return redis.call('LLEN', KEYS[1])
