// Does an object concern a member? A rule made ready, and objects held to it. Pure: what time and other
// members say (validity, confidence) is asked by gather.h.
//
//     networks      an address or network in the object overlaps one of the rule's. Networks wider than a /8,
//                   or a /16 of IPv6, are about everybody and concern nobody.
//     domains       a name in it (alone, in a URL or an e-mail address) is one of the rule's, or below one
//     words         all words of one are in its texts, or the words joined, bare or by hyphens, in a domain
//                   name or URL: "Acme Bank" in acme-bank.login.example
//     sectors       one of its labels is it, or ends in it behind ":" or "="; or its property `sectors` has
//     it technologies  all words of one are in its texts; a value in it is it; a CPE name in it begins with
//     it
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "intelligence/alert/rule.h"
#include "intelligence/search/facts.h"

namespace comity::intelligence {

// What of an object concerned the member: the object's own values, in their one spelling (they are in the
// object, so who may read it learns nothing new by them).
struct WatchHit {
    std::vector<std::string> values;  // sorted, each once; may be empty: it was met by its words alone
};

class Watch {
  public:
    explicit Watch(AlertRule rule);

    const AlertRule& rule() const { return rule_; }
    // `facts` are facts_of(object, source). Nothing: it does not concern the member.
    std::optional<WatchHit> look(const search::Facts& facts, std::string_view type, std::string_view source,
                                 std::string_view object) const;

  private:
    bool watches_nothing() const;
    void look_at_values(const search::Facts& facts, std::vector<std::string>& met) const;
    bool said_in_words(const search::Facts& facts, std::string_view object) const;

    struct Phrase {
        std::vector<std::string> terms;   // of its words
        std::vector<std::string> inside;  // spellings inside a name: joined, hyphenated
        std::vector<std::string> values;  // terms that it is by itself
        std::string cpe;                  // the term that a CPE name begins with; empty: none
    };
    static Phrase phrase_of(const std::string& text, bool brand);

    AlertRule rule_;
    std::vector<std::string> networks_;  // terms
    std::vector<Phrase> brands_;
    std::vector<Phrase> technologies_;
};

}  // namespace comity::intelligence
