#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>
#include <utility>

#include "cli/alert/alert_source.h"
#include "cli/body/forum_source.h"
#include "cli/divide/divide_source.h"
#include "cli/forms.h"
#include "cli/keys.h"
#include "cli/source.h"
#include "development/answer/clearing.h"
#include "development/answer/market.h"
#include "governance/answers.h"
#include "governance/charter/charter_store.h"
#include "governance/consultation/amendments.h"
#include "governance/consultation/discussion.h"
#include "governance/election/store.h"
#include "governance/participation/participation.h"
#include "governance/rules/impact.h"
#include "governance/rules/rule_store.h"
#include "governance/voting/store.h"
#include "intelligence/alert/answer.h"
#include "intelligence/answer/answer.h"
#include "intelligence/carried.h"
#include "intelligence/collection.h"
#include "intelligence/queries.h"
#include "intelligence/search/index.h"
#include "ledger/access.h"
#include "ledger/powers.h"
#include "node/evidence_json.h"
#include "node/feed_desk.h"
#include "node/hit_desk.h"
#include "node/log_json.h"
#include "node/lookups.h"
#include "node/node.h"
#include "node/roll_json.h"
#include "node/seen_where.h"
#include "node/witnessed_log.h"

namespace comity::cli {

namespace {

constexpr auto kBetweenAlertLooks = std::chrono::milliseconds(250);
constexpr std::size_t kMaxEvidence = 1000;    // pieces
constexpr std::size_t kMaxAnswerDepth = 100;  // a STIX object's own and what stands around it

class LocalSource final : public Source, public DivideSource, public AlertSource, public ForumSource {
  public:
    LocalSource(std::unique_ptr<node::Node> node, std::vector<ledger::Viewer> viewers)
        : node_(std::move(node)),
          viewers_(std::move(viewers)),
          lookups_(std::make_unique<node::Lookups>(*node_)) {}

    Result<json::Object> node() override {
        const auto roll = ledger().roll();
        const ledger::LogIdentity& identity = ledger().identity();
        json::Object object{{"name", node_->config().name},
                            {"community", nullptr},
                            {"log", json::Object{{"origin", identity.origin},
                                                 {"key", identity.key.public_part().text()},
                                                 {"cosigner_key", identity.cosigner.public_part().text()}}},
                            {"members", std::ranges::count_if(roll->members, [](const auto& entry) {
                                 return entry.second.left == ledger::kNever;
                             })}};
        if (roll->founded()) {
            json::Object community = node::community_json(*roll);
            COMITY_TRY(const auto session, node_->database().snapshot());
            COMITY_CHECK(governance::add_charter_now(community, *session, node_->quorum(), *roll,
                                                     node_->clock().now().seconds()));
            object["community"] = std::move(community);
        }
        return object;
    }

    Result<std::vector<json::Object>> members(std::string_view stakeholder_class) override {
        std::optional<ledger::StakeholderClass> wanted;
        if (!stakeholder_class.empty()) {
            COMITY_TRY(wanted, ledger::parse_stakeholder_class(std::string(stakeholder_class), "--class"));
        }
        std::vector<json::Object> forms;
        const auto roll = ledger().roll();
        for (const auto& [id, member] : roll->members) {
            if (!wanted || member.stakeholder_class == *wanted) forms.push_back(node::member_json(member));
        }
        return forms;
    }

    Result<json::Object> member(std::string_view id) override {
        const auto roll = ledger().roll();
        const ledger::Member* member = roll->find(id);
        if (member == nullptr) {
            return not_found(fmt::format("there is no member {}", id), "comity member list shows them");
        }
        return node::member_json(*member);
    }

    Result<std::vector<json::Object>> groups() override {
        std::vector<json::Object> forms;
        const auto roll = ledger().roll();
        for (const auto& [id, members] : roll->groups) {
            json::Array names;
            for (const std::string& member : members) names.emplace_back(member);
            forms.push_back({{"id", id}, {"members", std::move(names)}});
        }
        return forms;
    }

    Result<std::vector<json::Object>> collections() override {
        COMITY_TRY(const auto reader, node_->database().snapshot());
        std::vector<json::Object> forms;
        std::set<std::string> seen;
        for (const ledger::Viewer& viewer : viewers_) {
            COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*reader, viewer));
            COMITY_TRY(const auto found, intelligence::find_collections(*reader, readable));
            for (const intelligence::Collection& each : found) {
                if (seen.insert(each.body.id.text()).second)
                    forms.push_back(intelligence::collection_form(each));
            }
        }
        return forms;
    }

    // What any of the viewers may read, each statement once: the first of the union are among the first of
    // each.
    Result<std::vector<json::Object>> statements(const ListFilter& filter) override {
        std::vector<ledger::ListItem> items;
        std::set<Digest> seen;
        for (const ledger::Viewer& viewer : viewers_) {
            COMITY_CHECK(add_items(viewer, filter, items, seen));
        }
        std::ranges::sort(items, [&](const auto& a, const auto& b) {
            return filter.newest_first ? a.seq > b.seq : a.seq < b.seq;
        });
        if (items.size() > static_cast<std::size_t>(filter.limit))
            items.resize(static_cast<std::size_t>(filter.limit));
        std::vector<json::Object> forms;
        for (const ledger::ListItem& item : items) forms.push_back(item_form(item));
        return forms;
    }

    Result<json::Object> statement(std::string_view id) override {
        COMITY_TRY(const ledger::Kept kept, find(id));
        return statement_form(kept);
    }

    Result<std::string> envelope(std::string_view id) override {
        COMITY_TRY(ledger::Kept kept, find(id));
        return std::move(kept.envelope);
    }

    Result<std::string> attachment(std::string_view id, const Digest& sha256) override {
        COMITY_TRY(const ledger::Kept kept, find(id));
        Result<std::string> last = not_found("there is no such attachment");
        for (const ledger::Viewer& viewer : viewers_) {
            last = ledger().attachment(viewer, kept.statement.id, sha256);
            if (last || last.error().kind != ErrorKind::kNotFound) break;
        }
        return last;
    }

    Result<std::string> proof(std::string_view id) override {
        COMITY_TRY(const auto found, resolve(id));  // of one that was erased this is all there is
        COMITY_TRY(const log::Proof proof, node::prove(*node_, found.first));
        return proof.write();
    }

    Result<std::vector<json::Object>> objects(std::string_view id) override {
        COMITY_TRY(const ledger::Kept kept, find(id));
        COMITY_TRY(const auto reader, node_->database().snapshot());
        std::vector<ledger::Readable> readable;
        for (const ledger::Viewer& viewer : viewers_) {
            COMITY_TRY(readable.emplace_back(), ledger::readable_by(*reader, viewer));
        }
        std::map<std::uint64_t, std::string> found;
        for (const ledger::Readable& viewer : readable) {
            COMITY_TRY(auto carried,
                       intelligence::find_carried(*reader, viewer, kept, 0, ledger::kMaxObjects));
            for (auto& object : carried) found.emplace(object.position, std::move(object.data));
        }
        std::vector<json::Object> forms;
        for (const auto& [position, data] : found) {
            COMITY_TRY(json::Value object, json::parse(data));
            forms.push_back({{"position", position}, {"object", std::move(object)}});
        }
        return forms;
    }

    // First everything into the index: without a server nobody else does it.
    Result<std::vector<json::Object>> search(const Asked& asked, std::int64_t limit) override {
        static constexpr std::int64_t kPage = 1000;
        COMITY_CHECK(index_all());
        std::vector<json::Object> found;
        for (std::string cursor; std::cmp_less(found.size(), limit);) {
            Asked page = asked;
            page.emplace_back(
                "limit", std::to_string(std::min(kPage, limit - static_cast<std::int64_t>(found.size()))));
            if (!cursor.empty()) page.emplace_back("cursor", cursor);
            COMITY_TRY(const json::Object answer, answered([&](const intelligence::Asking& asking) {
                           return intelligence::answer_search(asking, page);
                       }));
            for (const json::Value& item : answer.at("items").as_array()) found.push_back(item.as_object());
            if (answer.at("next").is_null()) break;
            cursor = answer.at("next").as_string();
        }
        return found;
    }

    Result<json::Object> intel(std::string_view id, std::string_view what, const Asked& asked) override {
        if (what == "sightings") {
            COMITY_CHECK(index_all());
            return answered_as_json(
                [&](const intelligence::Asking& asking) { return node::sightings_of(*node_, asking, id); });
        }
        return answered([&](const intelligence::Asking& asking) {
            if (what == "related") return intelligence::answer_related(asking, id, asked);
            if (what == "readers") return intelligence::answer_readers(asking, id, asked);
            return intelligence::answer_object(asking, id);
        });
    }

    Result<std::vector<json::Object>> look_up(const std::vector<std::string>& values) override {
        COMITY_CHECK(index_all());
        COMITY_TRY(const json::Object answer, answered_as_json([&](const intelligence::Asking& asking) {
                       return lookups_->answer(asking, values);
                   }));
        std::vector<json::Object> forms;
        for (const json::Value& item : answer.at("items").as_array()) forms.push_back(item.as_object());
        return forms;
    }

    Result<json::Object> log() override { return node::log_json(*node_); }

    Result<std::vector<json::Object>> evidence() override {
        return node::evidence_json(*node_, kMaxEvidence);
    }
    Result<std::string> evidence_file(const Digest& id) override {
        COMITY_TRY(const federation::Evidence evidence, node::find_evidence(*node_, id));
        return evidence.write();
    }

    Result<std::vector<Digest>> consistency(std::uint64_t old_size, std::uint64_t size) override {
        return ledger().consistency(old_size, size);
    }

    Result<intelligence::EarlierVersions> earlier(const std::vector<intelligence::ObjectId>& ids) override {
        COMITY_TRY(const auto reader, node_->database().snapshot());
        intelligence::EarlierVersions found;
        for (const ledger::Viewer& viewer : viewers_) {
            COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*reader, viewer));
            COMITY_TRY(auto more, intelligence::find_earlier(*reader, readable, ids));
            found.merge(more);
        }
        return found;
    }

    Result<intelligence::Active> active(const intelligence::ActiveQuery& query) override {
        if (query.asks_members()) COMITY_CHECK(index_all());
        COMITY_TRY(const auto reader, node_->database().snapshot());
        COMITY_TRY(const ledger::Readable readable, readable_in(*reader));
        return intelligence::find_active(*reader, readable, query);
    }

    Result<std::vector<json::Object>> proposals(std::string_view language) override {
        COMITY_TRY(const auto session, node_->database().snapshot());
        COMITY_TRY(const json::Array list, governance::proposals_answer(*session, language));
        std::vector<json::Object> forms;
        for (const json::Value& item : list) forms.push_back(item.get_object());
        return forms;
    }
    Result<json::Object> proposal(std::string_view id, std::string_view language) override {
        COMITY_TRY(const auto session, node_->database().snapshot());
        return governance::proposal_answer(*session, node_->quorum(), id, language);
    }
    Result<json::Object> vote(std::string_view id) override {
        COMITY_TRY(const auto session, node_->database().snapshot());
        COMITY_TRY(const governance::Tally tally, governance::tally_of(*session, node_->quorum(), id));
        return governance::tally_json(tally);
    }

    Result<std::vector<json::Object>> elections() override {
        COMITY_TRY(const auto session, node_->database().snapshot());
        COMITY_TRY(const json::Array list,
                   governance::elections_answer(*session, node_->clock().now().seconds()));
        std::vector<json::Object> forms;
        for (const json::Value& item : list) forms.push_back(item.get_object());
        return forms;
    }
    Result<json::Object> election(std::string_view id) override {
        COMITY_TRY(const auto session, node_->database().snapshot());
        return governance::election_answer(*session, id, node_->clock().now().seconds());
    }
    Result<json::Object> sightings(std::int64_t days) override {
        COMITY_CHECK(index_all());
        return answered_as_json(
            [&](const intelligence::Asking& asking) { return node::sightings_overview(asking, days); });
    }
    Result<json::Object> participation(const Asked& asked) override {
        ledger::Witnessed since = 0;
        for (const auto& [name, value] : asked) {
            auto time = parse_time(value);
            if (!time) return within(name, time.error());
            since = time->seconds();
        }
        COMITY_TRY(const auto session, node_->database().snapshot());
        return governance::participation_answer(*session, node_->quorum(), since,
                                                node_->clock().now().seconds());
    }

    Result<std::vector<json::Object>> forum(std::string_view what, const Asked& asked) override {
        COMITY_TRY(const auto session, node_->database().snapshot());
        COMITY_TRY(const json::Array list, governance::governance_list(asking_in(*session), what, asked));
        std::vector<json::Object> forms;
        for (const json::Value& item : list) forms.push_back(item.get_object());
        return forms;
    }
    Result<json::Object> forum_item(std::string_view what, std::string_view id, const Asked& asked) override {
        COMITY_TRY(const auto session, node_->database().snapshot());
        return governance::governance_item(asking_in(*session), what, id, asked);
    }

    Result<json::Object> forum_post(const std::string&, const json::Object&) override {
        return refused("--node", "is not given: a data folder takes nothing in from the public",
                       "name a node, or sign it as a member that was told it: --take-in");
    }

    Result<json::Object> divide(std::string_view what, const Asked& asked) override {
        COMITY_TRY(const auto session, node_->database().snapshot());
        COMITY_TRY(const ledger::Readable readable, readable_in(*session));
        return development::answer({*session, readable}, what, asked);
    }
    Result<json::Object> clearing(std::string_view what, const Asked& asked) override {
        COMITY_TRY(const auto session, node_->database().snapshot());
        COMITY_TRY(const ledger::Readable readable, readable_in(*session));
        return development::answer_clearing({{*session, readable}, node_->clock().now()}, what, asked);
    }
    Result<json::Object> market(std::string_view what, const Asked& asked) override {
        COMITY_TRY(const auto session, node_->database().snapshot());
        COMITY_TRY(const ledger::Readable readable, readable_in(*session));
        return development::answer_market({{*session, readable}, node_->quorum(), node_->clock().now()}, what,
                                          asked);
    }
    Result<std::vector<json::Object>> alerts(const Asked& asked, std::int64_t limit) override {
        Asked page = asked;
        page.emplace_back("limit", std::to_string(limit));
        COMITY_TRY(const json::Object answer, answered_as_json([&](const intelligence::Asking& asking) {
                       return intelligence::answer_alerts(asking, page);
                   }));
        std::vector<json::Object> forms;
        for (const json::Value& item : answer.at("items").as_array()) forms.push_back(item.as_object());
        return forms;
    }
    Result<json::Object> alert(std::string_view id) override {
        return answered_as_json(
            [&](const intelligence::Asking& asking) { return intelligence::answer_alert(asking, id); });
    }
    Result<std::string> feed_text(const std::string& name, std::int64_t state,
                                  const std::string& member) override {
        COMITY_TRY(auto feed, state < 0 ? node::feed_text(*node_, member, name)
                                        : node::feed_text_of(*node_, member, name, state));
        return std::move(feed.text);
    }
    Result<void> watch_alerts(const std::function<bool()>& look) override {
        while (look()) std::this_thread::sleep_for(kBetweenAlertLooks);
        return {};
    }
    Result<json::Object> at_alert_desk(http::Method method, const std::string& path, const json::Value* body,
                                       const std::string& member) override {
        return local_alert_desk(*node_, member, method, path, body);
    }
    Result<std::vector<json::Object>> rules(const Asked& asked) override {
        COMITY_TRY(const governance::RuleQuery query, rule_query(asked));
        COMITY_TRY(const auto session, node_->database().snapshot());
        COMITY_TRY(const json::Array list, governance::rules_answer(*session, node_->quorum(), query));
        std::vector<json::Object> forms;
        for (const json::Value& item : list) forms.push_back(item.get_object());
        return forms;
    }
    Result<json::Object> rule(std::string_view number, const Asked& asked) override {
        COMITY_TRY(const governance::RuleQuery query, rule_query(asked));
        COMITY_TRY(const auto session, node_->database().snapshot());
        return governance::rule_answer(*session, node_->quorum(), number, query);
    }
    Result<std::string> rule_document(std::string_view number, const Asked& asked) override {
        COMITY_TRY(const governance::RuleQuery query, rule_query(asked));
        COMITY_TRY(const auto session, node_->database().snapshot());
        return governance::rule_document(*session, node_->quorum(), number, query);
    }
    Result<json::Object> impact(std::string_view proposal, std::int64_t days) override {
        COMITY_TRY(const auto session, node_->database().snapshot());
        COMITY_TRY(const ledger::Readable readable, readable_in(*session));
        return governance::impact_answer(*session, node_->quorum(), readable, proposal, days,
                                         node_->clock().now().seconds());
    }

    Result<json::Object> amendments(std::string_view proposal) override {
        COMITY_TRY(const auto session, node_->database().snapshot());
        return governance::amendments_answer(*session, node_->quorum(), proposal,
                                             node_->clock().now().seconds());
    }
    Result<json::Object> discussion(std::string_view proposal) override {
        COMITY_TRY(const auto session, node_->database().snapshot());
        return governance::discussion_answer(*session, proposal);
    }
    Result<json::Object> diff(std::string_view proposal, const Asked& asked) override {
        std::string from, to, language = "en";
        for (const auto& [name, value] : asked)
            (name == "from" ? from : name == "to" ? to : language) = value;
        COMITY_TRY(const auto session, node_->database().snapshot());
        return governance::diff_answer(*session, proposal, from, to, language);
    }
    Result<std::string> calendar(std::string_view language) override {
        COMITY_TRY(const auto session, node_->database().snapshot());
        return governance::calendar_answer(*session, node_->quorum(), node_->clock().now().seconds(),
                                           ledger().identity().origin, language);
    }

    Result<Submitted> submit(const ledger::Submission& submission) override {
        COMITY_TRY(const ledger::Receipt receipt, ledger().submit(submission));
        return Submitted{receipt.id, receipt.index, second_text(receipt.witnessed),
                         ledger().identity().origin};
    }

  private:
    ledger::Ledger& ledger() { return node_->ledger(); }

    Result<governance::RuleQuery> rule_query(const Asked& asked) {
        governance::RuleQuery query;
        query.now = node_->clock().now().seconds();
        for (const auto& [name, value] : asked) {
            if (name == "topic") query.topic = value;
            if (name == "language") query.language = value;
            if (name == "all") query.all = value == "true";
            if (name != "at") continue;
            auto time = parse_time(value);
            if (!time) return within("--at", time.error());
            query.at = time->seconds();
        }
        return query;
    }

    // Without a server nobody else does it.
    Result<void> index_all() {
        static constexpr std::size_t kStep = 5000;
        for (std::size_t step = kStep; step == kStep;) {
            COMITY_TRY(step, intelligence::search::advance_index(node_->database(), kStep));
        }
        return {};
    }

    governance::GovernanceAsking asking_in(db::Session& session) const {
        return {session, node_->quorum(), node_->clock().now().seconds()};
    }

    // What any of the viewers may read.
    Result<ledger::Readable> readable_in(db::Session& session) const {
        ledger::Readable readable;
        for (const ledger::Viewer& viewer : viewers_) {
            COMITY_TRY(const ledger::Readable more, ledger::readable_by(session, viewer));
            readable.join(more);
        }
        return readable;
    }

    template <typename Answer>
    Result<json::Object> answered_as_json(const Answer& answer) {
        COMITY_TRY(const auto session, node_->database().snapshot());
        COMITY_TRY(const ledger::Readable readable, readable_in(*session));
        const auto roll = ledger().roll();
        return answer(intelligence::Asking{*session, readable, viewers_, *roll, node_->clock().now()});
    }

    template <typename Answer>
    Result<json::Object> answered(const Answer& answer) {
        COMITY_TRY(const auto session, node_->database().snapshot());
        COMITY_TRY(const ledger::Readable readable, readable_in(*session));
        const auto roll = ledger().roll();
        COMITY_TRY(const std::string text,
                   answer(intelligence::Asking{*session, readable, viewers_, *roll, node_->clock().now()}));
        COMITY_TRY(json::Value value, json::parse(text, kMaxAnswerDepth));
        return std::move(value.as_object());
    }

    Result<void> add_items(const ledger::Viewer& viewer, const ListFilter& filter,
                           std::vector<ledger::ListItem>& items, std::set<Digest>& seen) {
        static constexpr std::size_t kPage = 1000;
        ledger::ListQuery query{
            .type = filter.type, .author = filter.author, .newest_first = filter.newest_first};
        for (auto left = static_cast<std::size_t>(filter.limit); left > 0;) {
            query.limit = std::min(left, kPage);
            COMITY_TRY(ledger::ListPage page, ledger().list(viewer, query));
            if (page.items.empty()) break;
            query.after = page.items.back().seq;
            left -= std::min(left, page.items.size());
            for (ledger::ListItem& item : page.items) {
                if (seen.insert(item.id).second) items.push_back(std::move(item));
            }
            if (!page.more) break;
        }
        return {};
    }

    // The first viewer who may read it decides; an ambiguous prefix is one for any of them.
    // As whichever viewer may see it: its id; and itself.
    Result<std::pair<Digest, const ledger::Viewer*>> resolve(std::string_view id) {
        std::map<Digest, const ledger::Viewer*> found;
        for (const ledger::Viewer& viewer : viewers_) {
            auto resolved = ledger().resolve(viewer, id);
            if (!resolved && resolved.error().kind == ErrorKind::kNotFound) continue;
            if (!resolved) return std::unexpected(std::move(resolved).error());
            found.emplace(*resolved, &viewer);
        }
        if (found.empty())
            return not_found(fmt::format("there is no statement {}", id), "comity statement list shows them");
        if (found.size() > 1) {
            return conflict(std::string(id), "is the beginning of more than one statement's id",
                            "give more digits");
        }
        return *found.begin();
    }

    Result<ledger::Kept> find(std::string_view id) {
        COMITY_TRY(const auto found, resolve(id));
        return ledger().find(*found.second, found.first);
    }

    std::unique_ptr<node::Node> node_;
    std::vector<ledger::Viewer> viewers_;  // never empty
    std::unique_ptr<node::Lookups> lookups_;
};

// Who reads: --as, or else every member with a key at hand.
Result<std::vector<ledger::Viewer>> viewers(Context& context, const ledger::Roll& roll) {
    if (!context.as.empty()) {
        const std::size_t at = context.as.find('@');
        const std::string member = at == std::string::npos ? context.as : context.as.substr(at + 1);
        if (roll.founded() && roll.find(member) == nullptr) {
            return not_found(fmt::format("--as: there is no member {}", member),
                             "comity member list shows them");
        }
        return std::vector{ledger::viewer_of(roll, member, at == std::string::npos ? "" : context.as, true)};
    }
    COMITY_TRY(const std::vector<crypto::NamedSecret> secrets, member_secrets(context));
    std::vector<ledger::Viewer> list;
    const ledger::Witnessed now = context.clock->now().seconds();
    const std::vector<std::string> officers{std::string(ledger::kRecoverPower)};  // speak not for it
    for (const auto& [id, member] : roll.members) {
        const bool at_hand = std::ranges::any_of(member.keys, [&](const ledger::MemberKey& key) {
            return key.until > now && key.starts <= now && key.powers != officers &&
                   std::ranges::any_of(secrets, [&](const crypto::NamedSecret& secret) {
                       return secret.public_part() == key.key;
                   });
        });
        if (at_hand) list.push_back(ledger::viewer_of(roll, id, "", true));
    }
    if (list.empty()) list.emplace_back();  // nobody in particular
    return list;
}

}  // namespace

Result<std::unique_ptr<Source>> open_local(Context& context) {
    COMITY_TRY(node::Config config, node::load_config(data_folder(context)));
    COMITY_TRY(auto node, node::Node::open(std::move(config), *context.clock));
    COMITY_TRY(auto who, viewers(context, *node->ledger().roll()));
    return std::make_unique<LocalSource>(std::move(node), std::move(who));
}

}  // namespace comity::cli
