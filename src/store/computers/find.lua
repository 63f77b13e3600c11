-- KEYS: root of the index. ARGV: prefix, entry after which to begin ('' for the first), how many at most. Answers the entries.
return indexRead(KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3]))
