// What members say of proposals, what changed between versions, and when something closes: out of a node's
// store. Public, as governance is.
#pragma once

#include <string>
#include <string_view>

#include "db/database.h"
#include "governance/consultation/bodies.h"
#include "ledger/quorum_time.h"

namespace comity::governance {

// {"proposal","endorsements":[...],"comments":[...]}: who stands behind it, with the version that each has
// read; and comments in threads, each after what it answers, with its depth; `stands` tells whether the
// quoted passage is in the newest version still. kNotFound, kConflict.
Result<json::Object> discussion_answer(db::Session& session, std::string_view id);

// What changed, as a list of {"change":"same|removed|added","text"}.
json::Array changes_json(std::string_view before, std::string_view after);

// {"proposal","from","to","language","title":[...],"text":[...]} of {"change":"same|removed|added","text"}:
// from a version to the next, or to the newest. `from` empty: the one before `to`; `to` empty: the newest.
// Each is a version's id or its beginning. kInvalid where a version has no text in the language.
Result<json::Object> diff_answer(db::Session& session, std::string_view id, std::string_view from,
                                 std::string_view to, std::string_view language);

// Closes of votes, and days on which rules take force and end, as an iCalendar (RFC 5545). `host` makes the
// events' ids unique; `language` is that of the titles.
Result<std::string> calendar_answer(db::Session& session, ledger::QuorumTime& quorum, ledger::Witnessed now,
                                    std::string_view host, std::string_view language);

}  // namespace comity::governance
