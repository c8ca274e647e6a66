#include "governance/fold.h"

#include <algorithm>
#include <set>

#include "governance/bodies.h"
#include "governance/recovery_book.h"

namespace comity::governance {
namespace {

using ledger::Member;
using ledger::MemberKey;
using ledger::Roll;
using ledger::Witnessed;
using Source = ledger::RollMaker::Source;

// A charter counts when every founder stands for it.
std::optional<CharterBody> valid_charter(const Source& source, const SignatureCheck& check) {
    if (source.statement->type != kCharter || source.statement->community != Digest{}) return std::nullopt;
    auto charter = parse_charter(source.statement->body);
    if (!charter) return std::nullopt;
    for (const MemberBody& founder : charter->members) {
        if (std::ranges::none_of(founder.keys, [&](const KeyBody& key) { return check(source, key.key); })) {
            return std::nullopt;
        }
    }
    return std::move(*charter);
}

Member make_member(const MemberBody& body, Witnessed admitted) {
    Member member{body.id, body.name, body.stakeholder_class, {}, admitted, ledger::kNever};
    for (const KeyBody& key : body.keys)
        member.keys.push_back({key.key, key.custody, admitted, ledger::kNever});
    return member;
}

bool ends_something(std::string_view type) {
    return type == kKeyRevocation || type == kDeparture || type == kRecoveryVeto;
}

class Fold {
  public:
    Fold(const Source& charter_source, const CharterBody& charter, const SignatureCheck& check)
        : check_(check) {
        roll_.community = charter_source.statement->id;
        roll_.name = charter.name;
        roll_.purpose = charter.purpose;
        roll_.sponsors = charter.sponsors;
        roll_.founded_at = charter_source.witnessed;
        if (!charter.procedures.empty()) roll_.procedures = json::write(charter.procedures);
        for (const MemberBody& founder : charter.members) {
            roll_.members.emplace(founder.id, make_member(founder, charter_source.witnessed));
        }
    }

    // All acts of one second, in the order in which they were issued, then of their ids; those that end
    // something after the others, so that a key can be revoked in the second in which it came.
    void take(std::span<const Source* const> second) {
        if (!second.empty()) recovery_.settle(roll_.members, second.front()->witnessed);
        std::vector<const Source*> acts;
        std::vector<const Source*> ends;
        for (const Source* act : second) (ends_something(act->statement->type) ? ends : acts).push_back(act);
        for (bool progress = true; progress && !acts.empty();) {
            progress = false;
            std::vector<const Source*> waiting;
            for (const Source* act : acts) {
                if (counts(*act)) {
                    apply(*act);
                    progress = true;
                } else {
                    waiting.push_back(act);
                }
            }
            acts = std::move(waiting);
        }
        for (const Source* act : ends) {
            if (counts(*act)) apply(*act);
        }
    }

    Roll roll() && {
        for (auto& [id, member] : roll_.members) member.recovery = recovery_.shown(id);
        recovery_.settle(roll_.members, ledger::kNever);
        for (auto& [id, member] : roll_.members) recovery_.add_keys(member);
        return std::move(roll_);
    }

  private:
    bool counts(const Source& act) const {
        const Member* author = roll_.find(act.statement->author);
        if (author == nullptr || act.witnessed > author->left) return false;
        const std::string& type = act.statement->type;
        if (type == kRecoveryRequest) return officer_of(act) != nullptr;
        return std::ranges::any_of(author->keys, [&](const MemberKey& key) {
            return key.speaks_for(type, act.witnessed) && (!key.custody || act.statement->custody) &&
                   check_(act, key.key);
        });
    }
    const OfficerBody* officer_of(const Source& act) const {
        return recovery_.officer(act.statement->author, act.witnessed,
                                 [&](const crypto::NamedKey& key) { return check_(act, key); });
    }

    void apply(const Source& act) {
        const std::string& type = act.statement->type;
        Member& author = roll_.members.find(act.statement->author)->second;
        if (type == kAdmission) {
            if (const auto body = parse_admission(act.statement->body))
                sponsor(*body, author.id, act.witnessed);
        } else if (type == kKeyAddition) {
            if (const auto body = parse_key_addition(*act.statement)) add_key(author, *body, act.witnessed);
        } else if (type == kKeyRevocation) {
            const auto revoked = parse_key_revocation(act.statement->body);
            if (!revoked) return;
            for (MemberKey& key : author.keys) {
                if (key.key != *revoked) continue;
                key.until = std::min(key.until, act.witnessed);
                revoked_.insert(author.id + " " + key.key.text());
            }
        } else if (type == kDeparture) {
            author.left = std::min(author.left, act.witnessed);
        } else if (type == kRecovery) {
            if (const auto body = parse_recovery(*act.statement))
                recovery_.name(author, *body, act.witnessed);
        } else if (type == kRecoveryRequest) {
            const auto key = parse_recovery_request(*act.statement);
            if (key) recovery_.ask(author, *officer_of(act), *key, act.witnessed);
        } else if (type == kRecoveryVeto) {
            if (const auto key = parse_recovery_veto(*act.statement))
                recovery_.veto(author.id, *key, act.witnessed);
        } else if (type == kGroup) {
            if (const auto body = parse_group(act.statement->body)) {
                roll_.groups[author.id + "/" + body->name] = body->members;
            }
        }
    }

    // One that may sign everything is added once; what is given to a delegate adds up, until the key is
    // revoked: then it does not come back.
    void add_key(Member& author, const KeyAdditionBody& body, Witnessed at) {
        const crypto::NamedKey& named = body.key.key;
        if (recovery_.is_officers(author.id, named) || revoked_.contains(author.id + " " + named.text()))
            return;
        MemberKey key{named, body.key.custody, at, ledger::kNever};
        if (body.delegate) {
            key.starts = body.delegate->from;
            key.until = body.delegate->until;
            key.powers = body.delegate->powers;
            key.person = body.delegate->person;
        }
        const bool known = std::ranges::any_of(author.keys, [&](const MemberKey& other) {
            return other.key == named &&
                   (other.powers.empty() ||
                    (other.starts == key.starts && other.until == key.until && other.powers == key.powers));
        });
        if (!known) author.keys.push_back(std::move(key));
    }

    // The newcomer is in when enough different members have asked for exactly the same: id, name, class and
    // keys.
    void sponsor(const MemberBody& body, const std::string& by, Witnessed at) {
        const std::string request = json::write(member_json(body));
        auto& sponsors = sponsors_[request];
        sponsors.insert(by);
        if (static_cast<std::int64_t>(sponsors.size()) < roll_.sponsors) return;
        const Member* present = roll_.find(body.id);
        if (present != nullptr && at <= present->left) return;  // the id is taken
        Member member = make_member(body, at);
        if (present != nullptr) {  // what it signed before it left counts as it did
            for (MemberKey key : present->keys) {
                key.until = std::min(key.until, present->left);
                member.keys.push_back(std::move(key));
            }
        }
        if (present != nullptr) recovery_.forget(body.id);
        roll_.members[body.id] = std::move(member);
        sponsors_.erase(request);
    }

    const SignatureCheck& check_;
    Roll roll_;
    std::map<std::string, std::set<std::string>> sponsors_;
    std::set<std::string> revoked_;  // "member key"
    RecoveryBook recovery_;
};

}  // namespace

Roll fold(std::span<const Source> sources, const SignatureCheck& check) {
    std::vector<const Source*> ordered;
    for (const Source& source : sources) ordered.push_back(&source);
    std::ranges::sort(ordered, {}, [](const Source* s) {
        return std::tuple(s->witnessed, s->statement->issued, s->statement->id);
    });

    const Source* charter_source = nullptr;
    std::optional<CharterBody> charter;
    for (const Source* source :
         ordered) {  // of several, the smallest id: a choice that does not depend on time
        if (charter_source != nullptr && charter_source->statement->id <= source->statement->id) continue;
        if (auto valid = valid_charter(*source, check)) {
            charter_source = source;
            charter = std::move(valid);
        }
    }
    if (charter_source == nullptr) return {};

    Fold fold(*charter_source, *charter, check);
    for (std::size_t i = 0; i < ordered.size();) {
        std::vector<const Source*> second;
        const Witnessed at = ordered[i]->witnessed;
        for (; i < ordered.size() && ordered[i]->witnessed == at; ++i) {
            if (ordered[i]->statement->community == charter_source->statement->id)
                second.push_back(ordered[i]);
        }
        fold.take(second);
    }
    return std::move(fold).roll();
}

}  // namespace comity::governance
