#pragma once
// By its folder, which Debian's compiler does not search by itself; what it includes lies beside it.
#include <postgresql/libpq-fe.h>
