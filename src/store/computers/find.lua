-- KEYS: root key of the index. ARGV: prefix, entry after which the page starts ('' for the first page), maximum
-- number of entries. Returns the entries.
return indexRead(KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3]))
