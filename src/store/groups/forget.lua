-- Deletes fields of a hash that still have the value that was read. ARGV: field and value, alternating.
for field = 1, #ARGV, 2 do
  if redis.call('HGET', KEYS[1], ARGV[field]) == ARGV[field + 1] then
    redis.call('HDEL', KEYS[1], ARGV[field])
  end
end
return 1
