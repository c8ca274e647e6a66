#include "ledger/shown_state.h"

namespace comity::ledger {

Result<ShownState> shown_state(db::Session& session) {
    ShownState state;
    COMITY_CHECK(session.each(
        "SELECT changes, size, seq, added, roll FROM ledger_log WHERE n = 1", {}, [&](const db::Row& row) {
            state = {row.integer(0), row.integer(1), row.integer(2), row.integer(3), row.integer(4)};
            return true;
        }));
    return state;
}

}  // namespace comity::ledger
