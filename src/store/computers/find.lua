-- KEYS: root of the index. ARGV: prefix, entry after which to start ('' for the start), maximum number. Returns the entries.
return indexRead(KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3]))
