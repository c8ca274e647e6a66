#include "db/postgres/open.h"

namespace comity::db::postgres {

Result<std::unique_ptr<Database>> open(const Options&) {
    return unavailable("postgresql", "not in this build yet");
}

}  // namespace comity::db::postgres
