// The intelligence view in a test: the ledger's tables and the pillar's own, filled without a log.
#pragma once

#include "intelligence/pillar.h"
#include "testing/pillar_view.h"

namespace comity::testing {

class IntelligenceView : public PillarView {
  public:
    explicit IntelligenceView(const TestDatabase& database)
        : PillarView(database, intelligence::make_pillar()) {}

    // A statement that is accepted and applied, in a transaction of its own. `added` must rise.
    void share(std::string author, ledger::Audience audience, const std::vector<std::string>& objects,
               Time added) {
        say("intelligence.share", std::move(author), std::move(audience), {}, objects, added);
    }
    // The same of any type; returns its id.
    Digest say(std::string_view type, std::string author, ledger::Audience audience, json::Value body,
               const std::vector<std::string>& objects, Time added, ledger::Witnessed witnessed = 0) {
        ledger::Statement statement;
        statement.type = type;
        statement.author = std::move(author);
        statement.audience = std::move(audience);
        statement.body = std::move(body);
        apply(std::move(statement), objects, added, witnessed);
        return crypto::sha256(as_bytes(std::to_string(count())));
    }
    // Any statement of the pillar's, its id set here.
    void apply(ledger::Statement statement, const std::vector<std::string>& objects, Time added,
               ledger::Witnessed witnessed = 0) {
        PillarView::apply(std::move(statement), objects, added, std::to_string(count() + 1), witnessed);
    }
};

// A small indicator in one version; `label` is a TLP marking's id, or empty.
inline std::string test_indicator(std::string_view uuid, std::string_view modified,
                                  std::string_view label = {}, std::string_view name = "x") {
    std::string out = R"({"type":"indicator","spec_version":"2.1","id":"indicator--)";
    out.append(uuid).append(R"(","created":"2020-01-01T00:00:00Z","modified":")").append(modified);
    out.append(R"(","name":")").append(name);
    out.append(
        R"(","pattern":"[domain-name:value = 'evil.com']","pattern_type":"stix","valid_from":"2020-01-01T00:00:00Z")");
    if (!label.empty()) out.append(R"(,"object_marking_refs":[")").append(label).append(R"("])");
    return out + "}";
}

}  // namespace comity::testing
