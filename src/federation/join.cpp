#include "federation/join.h"

#include <fmt/format.h>
#include <array>

#include "federation/announcement.h"
#include "governance/bodies.h"
#include "governance/pillar.h"
#include "json/slices.h"

namespace comity::federation {
namespace {

constexpr std::size_t kMaxAnswer = 2u << 20;
constexpr std::size_t kMaxActs = 20'000;  // of each type

struct Shown {
    crypto::Envelope envelope;
    ledger::Statement statement;
    ledger::Witnessed witnessed = 0;  // as that node says
};

Result<Shown> read_statement(HttpSource& source, const std::string& id, ledger::Witnessed witnessed) {
    COMITY_TRY(const std::string text, source.get("/api/v1/statements/" + id + "/envelope", kMaxAnswer));
    COMITY_TRY(crypto::Envelope envelope, crypto::parse_envelope(text));
    if (envelope.digest().hex() != id)
        return refused("statement " + id, "is another one there", "join by another node");
    COMITY_TRY(ledger::Statement statement, ledger::parse_statement(envelope));
    return Shown{std::move(envelope), std::move(statement), witnessed};
}

// All of a type that the node shows to the public, oldest first.
Result<void> read_type(HttpSource& source, std::string_view type, std::vector<Shown>& shown) {
    std::string cursor;
    for (std::size_t count = 0; count < kMaxActs;) {
        COMITY_TRY(const std::string page,
                   source.get(fmt::format("/api/v1/statements?type={}&order=asc&limit=1000{}", type,
                                          cursor.empty() ? "" : "&cursor=" + cursor),
                              kMaxAnswer));
        COMITY_TRY(const json::Value value, json::parse(page));
        const json::Object* object = value.if_object();
        const json::Value* items = object == nullptr ? nullptr : object->if_contains("items");
        if (items == nullptr || !items->is_array()) return invalid("statements", "is no page of a list");
        for (const json::Value& item : items->get_array()) {
            const json::Object* fields = item.if_object();
            const json::Value* id = fields == nullptr ? nullptr : fields->if_contains("id");
            const json::Value* witnessed = fields == nullptr ? nullptr : fields->if_contains("witnessed");
            if (id == nullptr || !id->is_string() || witnessed == nullptr || !witnessed->is_string())
                return invalid("statements", "is no page of a list");
            COMITY_TRY(const Digest digest, Digest::from_hex(std::string_view(id->get_string())));
            COMITY_TRY(const Time time, parse_time(std::string_view(witnessed->get_string())));
            COMITY_TRY(Shown one, read_statement(source, digest.hex(), time.seconds()));
            shown.push_back(std::move(one));
            ++count;
        }
        const json::Value* next = object->if_contains("next");
        if (next == nullptr || !next->is_string()) return {};
        COMITY_TRY(const Digest last, Digest::from_hex(std::string_view(next->get_string())));
        cursor = last.hex();
    }
    return {};
}

// Of the announcements of that log that count, the latest. `at`: the second at which the keys are asked;
// nothing: that in which each was witnessed, as it is shown.
std::optional<Announcement> latest_of(const std::vector<Shown>& announcements, const ledger::Roll& roll,
                                      const crypto::NamedKey& log, std::optional<ledger::Witnessed> at) {
    std::optional<Announcement> latest;
    ledger::Witnessed when = 0;
    for (const Shown& shown : announcements) {
        const ledger::Statement& statement = shown.statement;
        if (statement.community != roll.community ||
            roll.signer(shown.envelope, statement.author, statement.type, at.value_or(shown.witnessed)) ==
                nullptr) {
            continue;
        }
        auto said = parse_announcement(statement);
        if (!said || said->log != log || (latest && shown.witnessed < when)) continue;
        latest = *std::move(said);
        when = shown.witnessed;
    }
    return latest;
}

}  // namespace

Result<std::optional<Announcement>> shown_announcement(HttpSource& source, const ledger::Roll& roll,
                                                       const crypto::NamedKey& log, ledger::Witnessed now) {
    std::vector<Shown> announcements;
    COMITY_CHECK(read_type(source, kNode, announcements));
    return latest_of(announcements, roll, log, now);
}

Result<Joined> join(ledger::Ledger& ledger, MirrorStore& store, HttpSource& source, const Digest& charter,
                    Clock& clock) {
    const auto before = ledger.roll();
    if (before->founded() && before->community != charter) {
        return conflict("community", "this node belongs to \"" + before->name + "\" already",
                        "join in a data folder of its own: --data DIR");
    }
    std::vector<Shown> acts;
    auto read = read_statement(source, charter.hex(), 0);
    if (!read && read.error().kind == ErrorKind::kNotFound) {
        return not_found("the node has no charter " + charter.hex(),
                         "compare the digest with what a member told you (comity community show), or join by "
                         "another node");
    }
    COMITY_TRY(Shown founding, std::move(read));
    const std::string charter_text = founding.envelope.write();
    const auto governance = governance::make_pillar();
    {
        const ledger::RollMaker::Source alone{&founding.statement, &founding.envelope, 0};
        if (!governance->make({&alone, 1}).founded()) {
            return refused("charter " + charter.hex(), "lacks the signature of a founder there",
                           "join by another node");
        }
    }
    acts.push_back(std::move(founding));
    for (const std::string_view type : governance::kRollTypes) {
        // Who is in which group decides nothing here; the charter is had.
        if (type == governance::kCharter || type == governance::kGroup) continue;
        COMITY_CHECK(read_type(source, type, acts));
    }
    std::vector<ledger::RollMaker::Source> sources;
    for (const Shown& act : acts) sources.push_back({&act.statement, &act.envelope, act.witnessed});
    const ledger::Roll roll = governance->make(sources);

    std::vector<Shown> announcements;
    COMITY_CHECK(read_type(source, kNode, announcements));
    COMITY_TRY(const auto offers, source.logs());
    Joined joined{roll.name, {}, {}};
    std::vector<std::pair<crypto::NamedKey, crypto::NamedKey>> known;  // logs with their cosigners
    bool own = false;
    for (const OfferedLog& offered : offers) {
        const auto said = latest_of(announcements, roll, offered.key, std::nullopt);
        if (!said) continue;
        known.emplace_back(said->log, said->cosigner);
        joined.origins.push_back(said->log.name);
        if (offered.own) {
            own = true;
            joined.log = said->log;
        }
    }
    if (!own) {
        return refused("node", "no member of the community has announced this node's log",
                       "let its operator run comity node announce, or join by another node");
    }
    // Its time becomes earlier as soon as a log is read that holds it.
    COMITY_CHECK(ledger.ingest({charter_text, {}, {}}, clock.now().seconds()));
    for (const auto& [log, cosigner] : known) {
        if (log != ledger.identity().key.public_part()) COMITY_CHECK(store.log(log, cosigner));
    }
    return joined;
}

}  // namespace comity::federation
