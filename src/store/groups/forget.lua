-- Deletes the fields of a hash whose value has not changed since it was read. ARGV: field and value that was read,
-- alternating.
for field = 1, #ARGV, 2 do
  if redis.call('HGET', KEYS[1], ARGV[field]) == ARGV[field + 1] then
    redis.call('HDEL', KEYS[1], ARGV[field])
  end
end
return 1
