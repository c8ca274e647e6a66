// How a member whose keys are lost or stolen gets a new one, by officers whom it named before: a part of the
// fold (fold.h), which calls in the order of seconds. docs/formats.md, "Recovery", has the rules.
//
// What is under way and could still be stopped is in the roll with the second in which it will take effect: a
// veto that comes in time makes another roll.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "governance/key_bodies.h"

namespace comity::governance {

class RecoveryBook {
  public:
    using Witnessed = ledger::Witnessed;

    // Names officers. The first are in force at once; others once those before them have had their waiting
    // time, so that a thief does not replace them. Void where one's key is another of the member's.
    void name(const ledger::Member& member, const RecoveryBody& body, Witnessed at);
    // Has one of the officers in force signed it?
    template <typename Signed>
    const OfficerBody* officer(std::string_view member, Witnessed at, const Signed& has_signed) const {
        const Named* named = in_force(member, at);
        if (named == nullptr) return nullptr;
        for (const OfficerBody& one : named->body.officers) {
            if (has_signed(one.key)) return &one;
        }
        return nullptr;
    }
    // An officer asks that this be the member's key.
    void ask(const ledger::Member& member, const OfficerBody& officer, const crypto::NamedKey& key,
             Witnessed at);
    // The member, by a key that counts still, says no.
    void veto(std::string_view member, const crypto::NamedKey& key, Witnessed at);
    // What takes effect before that second does so: keys of before end, the new one is the member's.
    void settle(std::map<std::string, ledger::Member, std::less<>>& members, Witnessed before);
    // The member has left, or is one anew: nothing of before is left.
    void forget(std::string_view member);
    bool is_officers(std::string_view member, const crypto::NamedKey& key) const;
    // What there is, as docs/formats.md has it; empty: nothing.
    std::string shown(std::string_view member) const;
    // Officers' keys among the member's.
    void add_keys(ledger::Member& member) const;

  private:
    struct Named {
        Witnessed from = 0;
        RecoveryBody body;
    };
    struct Asked {  // of one key
        crypto::NamedKey key;
        std::map<std::string, Witnessed> by;  // officers' keys, when last
        Witnessed vetoed = -1;                // when; all officers must ask, then
        Witnessed effect = ledger::kNever;    // that it will have, or kNever
        bool all = false;                     // have asked: no veto stops it
    };
    struct Record {
        std::vector<Named> named;            // by `from`
        std::map<std::string, Asked> asked;  // by key
    };
    const Named* in_force(std::string_view member, Witnessed at) const;

    std::map<std::string, Record, std::less<>> records_;
};

}  // namespace comity::governance
