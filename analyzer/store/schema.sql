-- The store's tables.  STORE_SCHEMA in db.h is bumped with any change here; a file of another schema is emptied.
-- Hashes are 16-byte blobs.  Every row that holds results can be checked against a hash.

CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- What a path held when it was last hashed, and how it looked then.  recorded: nanoseconds since the epoch, taken before
-- the content was read; 0: the times say nothing.
CREATE TABLE file(
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice: other processes remember them
    path TEXT NOT NULL UNIQUE,
    hash BLOB NOT NULL,
    device INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    size INTEGER NOT NULL,
    mtime INTEGER NOT NULL,
    ctime INTEGER NOT NULL,
    recorded INTEGER NOT NULL
);

-- A path with a content that some TU read; an empty hash: the TU looked for it and it was not there.
CREATE TABLE version(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    file INTEGER NOT NULL REFERENCES file(id),
    hash BLOB NOT NULL,
    UNIQUE(file, hash)
);

-- What a warm run reads of each TU.  inputs: ids of version, ascending, as varints of differences: a thousand TUs share
-- most of their headers, a row for each pair would be most of the file.  checksum: over the other columns.
CREATE TABLE tu(
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    path TEXT NOT NULL,
    status INTEGER NOT NULL,
    meta BLOB NOT NULL,
    inputs BLOB NOT NULL,
    result BLOB NOT NULL,
    checksum INTEGER NOT NULL,
    used INTEGER NOT NULL -- day of the last run that asked for it
);

-- What link reads.  funcs: names of func, 16 bytes each.  tu.result covers both.
CREATE TABLE tu_body(tu INTEGER PRIMARY KEY REFERENCES tu(id), decls BLOB NOT NULL, funcs BLOB NOT NULL);

-- name: hash of ir and facts.
CREATE TABLE func(id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, ir BLOB NOT NULL, facts BLOB NOT NULL);

CREATE TABLE summary(key BLOB PRIMARY KEY, bytes BLOB NOT NULL, checksum INTEGER NOT NULL, used INTEGER NOT NULL)
    WITHOUT ROWID;

CREATE TABLE run(
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    started INTEGER NOT NULL,
    meta BLOB NOT NULL,
    finding_count INTEGER NOT NULL,
    edge_count INTEGER NOT NULL,
    checksum INTEGER NOT NULL, -- over meta, the findings' and the edges' contents
    used INTEGER NOT NULL
);

CREATE TABLE finding(
    run INTEGER NOT NULL REFERENCES run(id),
    position INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    check_id TEXT NOT NULL,
    path TEXT NOT NULL,
    line INTEGER NOT NULL,
    severity INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY(run, position)
) WITHOUT ROWID;

CREATE TABLE edge(
    run INTEGER NOT NULL REFERENCES run(id),
    position INTEGER NOT NULL,
    caller TEXT NOT NULL,
    callee TEXT NOT NULL,
    kind INTEGER NOT NULL,
    PRIMARY KEY(run, position)
) WITHOUT ROWID;
