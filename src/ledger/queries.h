// Statements as a viewer may see them (law 4): each function answers as if what the viewer may not read were
// not there.
#pragma once

#include "ledger/ledger.h"

namespace comity::ledger {

Result<Digest> resolve_id(db::Session& session, const Viewer& viewer, std::string_view id_or_prefix);
Result<Kept> find_statement(db::Session& session, const Viewer& viewer, const Digest& id);
Result<ListPage> list_statements(db::Session& session, const Viewer& viewer, const ListQuery& query);
// Envelopes of those of the ids that the viewer may read, each with its place in `ids`.
Result<std::vector<std::pair<std::size_t, std::string>>> find_envelopes(db::Session& session,
                                                                        const Viewer& viewer,
                                                                        std::span<const Digest> ids);
Result<std::string> find_attachment(db::Session& session, const Viewer& viewer, const Digest& id,
                                    const Digest& sha256);

// The row's place in this node's log, whoever asks: that an id stands in the log is public.
Result<std::optional<std::uint64_t>> index_of(db::Session& session, const Digest& id);
// Is the statement here, by whichever log? One that its author erased counts: it is not to come again.
Result<bool> is_kept(db::Session& session, const Digest& id);

}  // namespace comity::ledger
