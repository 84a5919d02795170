#pragma once
#include <sqlite3.h>

// What the header offers as a macro cast or a variadic function, which Swift cannot call.

/// Settings of the library, to be made before its first use; afterwards they are ignored.
/// - The pages that a savepoint may have to restore stay in memory, in blocks of this many bytes. By default they come in
///   blocks of 1,024, and more than 64 KiB of them go to a file in the folder for temporary files.
/// - Memory is not counted: the count is a lock around every allocation.
static inline void csqlite_configure(void) {
    sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, 4 << 20);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/// Binds text that stays where it is until something else is bound in its place.
static inline int csqlite_bind_text(sqlite3_stmt *statement, int position, const void *text, long count) {
    return sqlite3_bind_text64(statement, position, count == 0 ? "" : text, count, SQLITE_STATIC, SQLITE_UTF8);
}

/// Binds bytes that stay where they are until something else is bound in their place. No bytes are an empty blob, not
/// NULL.
static inline int csqlite_bind_blob(sqlite3_stmt *statement, int position, const void *bytes, long count) {
    return sqlite3_bind_blob64(statement, position, count == 0 ? "" : bytes, count, SQLITE_STATIC);
}

/// Closing the connection leaves the write-ahead log as it is.
static inline int csqlite_keep_log_on_close(sqlite3 *connection) {
    return sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}
