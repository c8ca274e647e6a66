#include "api/rest/statement_form.h"

#include "api/rest/caller.h"

namespace comity::api::rest {

json::Value index_json(const std::optional<std::uint64_t>& index) {
    return index ? json::Value(*index) : json::Value(nullptr);
}

json::Object statement_form(const ledger::ListItem& item) {
    return {{"id", item.id.hex()},
            {"type", item.type},
            {"author", item.author},
            {"issued", format_time_millis(item.issued)},
            {"witnessed", time_of(item.witnessed)},
            {"index", index_json(item.index)},
            {"audience", ledger::audience_json(item.audience)}};
}

}  // namespace comity::api::rest
