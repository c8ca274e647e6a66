#include "governance/election/store.h"

#include <algorithm>

#include "governance/forms.h"
#include "governance/voting/store.h"

namespace comity::governance {

Result<std::vector<SecretElection>> load_elections(db::Session& session) {
    COMITY_TRY(const auto any,
               session.integer("SELECT 1 FROM statements WHERE type = $1 LIMIT 1", {kElection}));
    if (!any) return std::vector<SecretElection>();
    COMITY_TRY(Acts acts, load_acts(session));
    for (const std::string_view type : kElectionTypes) {
        Result<void> added;
        COMITY_CHECK(session.each("SELECT envelope, witnessed FROM statements WHERE type = $1 ORDER BY seq",
                                  {type}, [&](const db::Row& row) {
                                      added = acts.add(row.text(0), row.integer(1));
                                      return added.has_value();
                                  }));
        COMITY_CHECK(added);
    }
    return elections_in(acts.all(), verified_signatures());
}

Result<json::Array> elections_answer(db::Session& session, ledger::Witnessed now) {
    COMITY_TRY(const std::vector<SecretElection> elections, load_elections(session));
    json::Array list;
    for (const SecretElection& election : elections) {
        const auto registered = std::ranges::count_if(
            election.electors, [](const auto& one) { return one.credential.has_value(); });
        list.push_back(json::Object{{"id", election.id.hex()},
                                    {"title", election.body.title},
                                    {"author", election.author},
                                    {"announced", second_text(election.announced)},
                                    {"opens", format_time_millis(election.body.opens)},
                                    {"closes", format_time_millis(election.body.closes)},
                                    {"phase", election.phase(now)},
                                    {"electors", election.electors.size()},
                                    {"registered", registered},
                                    {"counted", election.counted()},
                                    {"results", election.results.size()}});
    }
    return list;
}

Result<json::Object> election_answer(db::Session& session, std::string_view id, ledger::Witnessed now) {
    COMITY_TRY(std::vector<SecretElection> elections, load_elections(session));
    COMITY_TRY(const SecretElection election, find_election(std::move(elections), id));
    return secret_election_json(election, now);
}

}  // namespace comity::governance
