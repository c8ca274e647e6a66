#include "log/policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"

namespace comity::log {
namespace {

constexpr std::size_t kShown = 60;  // bytes of a word in an error
constexpr std::string_view kNone = "none";

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    for (std::size_t at = 0; at < line.size();) {
        const std::size_t begin = line.find_first_not_of(" \t", at);
        if (begin == std::string_view::npos) break;
        const std::size_t end = std::min(line.find_first_of(" \t", begin), line.size());
        words.push_back(line.substr(begin, end - begin));
        at = end;
    }
    return words;
}

// Reads a policy line by line; what it has read so far is all that a line may name.
class Reader {
  public:
    Result<Policy> read(std::string_view text) {
        while (!text.empty()) {
            ++line_;
            const std::size_t end = text.find('\n');
            COMITY_CHECK(take_line(text.substr(0, end)));
            if (end == std::string_view::npos) break;
            text.remove_prefix(end + 1);
        }
        if (!quorum_seen_) {
            return invalid("policy", "has no quorum line",
                           "end it with 'quorum <witness or group>', or 'quorum none' to ask for nobody");
        }
        return std::move(policy_);
    }

  private:
    Failure wrong(std::string what, std::string mend = {}) const {
        return invalid(fmt::format("policy line {}", line_), std::move(what), std::move(mend));
    }

    Result<void> take_line(std::string_view line) {
        for (const char c : line) {
            const auto byte = static_cast<unsigned char>(c);
            if (c == '\r') return wrong("has a carriage return", "end lines with a line feed alone");
            if ((byte < 0x20 && c != '\t') || byte == 0x7f) return wrong("has a control character");
        }
        const std::vector<std::string_view> words = words_of(line);
        if (words.empty() || words[0].starts_with('#')) return {};
        const std::string_view what = words[0];
        if (what == "log") return take_log(words);
        if (what == "witness") return take_witness(words);
        if (what == "group") return take_group(words);
        if (what == "quorum") return take_quorum(words);
        return wrong(fmt::format("'{}' is not known", shown(what, kShown)),
                     "a line begins with log, witness, group, quorum or #");
    }

    Result<crypto::NamedKey> key(std::string_view text, crypto::KeyType type) {
        auto key = crypto::parse_public_key(text);
        if (!key) return within(fmt::format("policy line {}", line_), std::move(key).error());
        if (key->type != type) {
            return type == crypto::KeyType::kEd25519
                       ? wrong("is not the key of a log", "a log's key is of type Ed25519 (01)")
                       : wrong("is not the key of a witness",
                               "a witness' key is one for cosignatures (type 04), as comity log witnesses "
                               "shows it");
        }
        return std::move(*key);
    }

    Result<void> take_log(const std::vector<std::string_view>& words) {
        if (words.size() < 2 || words.size() > 3) return wrong("is not 'log <key> [<url>]'");
        if (policy_.logs.size() == kMaxPolicyNames) return wrong("there are too many logs");
        COMITY_TRY(crypto::NamedKey log, key(words[1], crypto::KeyType::kEd25519));
        if (!keys_of_logs_.insert(log.key).second) return wrong("the key stands on another log line already");
        policy_.logs.push_back({std::move(log), words.size() == 3 ? std::string(words[2]) : std::string()});
        return {};
    }

    Result<void> define(std::string_view name) {
        if (name == kNone) return wrong("the name 'none' is taken", "choose another name");
        if (!names_.emplace(name).second) {
            return wrong(fmt::format("the name '{}' is defined already", shown(name, kShown)),
                         "witnesses and groups share their names: choose another");
        }
        return {};
    }

    Result<void> take_witness(const std::vector<std::string_view>& words) {
        if (words.size() < 3 || words.size() > 4) return wrong("is not 'witness <name> <key> [<url>]'");
        if (policy_.witnesses.size() == kMaxPolicyNames) return wrong("there are too many witnesses");
        COMITY_TRY(crypto::NamedKey witness, key(words[2], crypto::KeyType::kEd25519Cosignature));
        COMITY_CHECK(define(words[1]));
        if (!keys_of_witnesses_.insert(witness.key).second) {
            return wrong("the key stands on another witness line already", "each witness counts once");
        }
        policy_.witnesses.push_back({std::string(words[1]), std::move(witness),
                                     words.size() == 4 ? std::string(words[3]) : std::string()});
        return {};
    }

    Result<std::size_t> threshold(std::string_view text, std::size_t members) const {
        if (text == "all") return members;
        if (text == "any") return 1;
        std::size_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc{} || end != text.data() + text.size() || text.front() == '0') {
            return wrong(
                fmt::format("'{}' is neither 'all', 'any' nor a decimal number", shown(text, kShown)));
        }
        if (number > members) {
            return wrong(fmt::format("asks for {} of {} members", number, members),
                         "lower the number, or name more members");
        }
        return number;
    }

    Result<void> take_group(const std::vector<std::string_view>& words) {
        if (words.size() < 4) return wrong("is not 'group <name> all|any|<k> <member>...'");
        if (policy_.groups.size() == kMaxPolicyNames) return wrong("there are too many groups");
        Policy::Group group{std::string(words[1]), 1, {words.begin() + 3, words.end()}};
        COMITY_TRY(group.threshold, threshold(words[2], group.members.size()));
        for (const std::string& member : group.members) {
            COMITY_CHECK(is_defined(member));
            if (!members_.insert(member).second) {
                return wrong(fmt::format("'{}' is a member of a group already", shown(member, kShown)),
                             "each name may stand in one group only, once");
            }
        }
        COMITY_CHECK(define(group.name));
        policy_.groups.push_back(std::move(group));
        return {};
    }

    Result<void> is_defined(const std::string& name) const {
        if (names_.contains(name)) return {};
        if (name == kNone) return wrong("'none' can be no member of a group");
        return wrong(fmt::format("'{}' is not defined before this line", shown(name, kShown)),
                     "define witnesses and groups above the lines that name them");
    }

    Result<void> take_quorum(const std::vector<std::string_view>& words) {
        if (words.size() != 2) return wrong("is not 'quorum <witness or group>'");
        if (quorum_seen_) return wrong("is a second quorum line", "leave one");
        policy_.quorum = words[1];
        if (policy_.quorum != kNone) COMITY_CHECK(is_defined(policy_.quorum));
        quorum_seen_ = true;
        return {};
    }

    Policy policy_;
    std::size_t line_ = 0;
    bool quorum_seen_ = false;
    std::set<crypto::PublicKey> keys_of_logs_;
    std::set<crypto::PublicKey> keys_of_witnesses_;
    std::unordered_set<std::string> names_;    // defined so far
    std::unordered_set<std::string> members_;  // of groups so far
};

// The earliest time that the witness states; nothing where it has not cosigned.
Result<std::optional<Time>> cosigned(const Policy::Witness& witness, const crypto::Note& checkpoint) {
    std::optional<Time> earliest;
    const std::uint32_t id = witness.key.id();
    for (const crypto::NoteSignature& signature : checkpoint.signatures) {
        if (signature.name != witness.key.name || signature.id != id) continue;
        COMITY_TRY(const Time time, verify_cosignature(checkpoint.text, signature, witness.key));
        earliest = std::min(time, earliest.value_or(time));
    }
    return earliest;
}

}  // namespace

Result<Policy> Policy::parse(std::string_view text) {
    if (text.size() > kMaxPolicySize) {
        return invalid("policy", fmt::format("is larger than {} bytes", kMaxPolicySize));
    }
    return Reader().read(text);
}

std::string Policy::write() const {
    std::string out;
    const auto url_of = [](const std::string& url) { return url.empty() ? std::string() : " " + url; };
    for (const Log& log : logs) out += fmt::format("log {}{}\n", log.key.text(), url_of(log.url));
    for (const Witness& witness : witnesses) {
        out += fmt::format("witness {} {}{}\n", witness.name, witness.key.text(), url_of(witness.url));
    }
    for (const Group& group : groups) {
        out += fmt::format("group {} {} {}\n", group.name, group.threshold, fmt::join(group.members, " "));
    }
    return out + fmt::format("quorum {}\n", quorum);
}

const Policy::Witness* Policy::find_witness(std::string_view name) const {
    const auto found = std::ranges::find(witnesses, name, &Witness::name);
    return found == witnesses.end() ? nullptr : &*found;
}

const Policy::Group* Policy::find_group(std::string_view name) const {
    const auto found = std::ranges::find(groups, name, &Group::name);
    return found == groups.end() ? nullptr : &*found;
}

std::vector<crypto::NamedKey> Policy::log_keys(std::string_view origin) const {
    std::vector<crypto::NamedKey> keys;
    for (const Log& log : logs) {
        if (log.key.name == origin) keys.push_back(log.key);
    }
    return keys;
}

std::vector<crypto::NamedKey> Policy::witness_keys() const {
    std::vector<crypto::NamedKey> keys;
    for (const Witness& witness : witnesses) keys.push_back(witness.key);
    return keys;
}

Result<PolicyVerdict> judge(const Policy& policy, const crypto::Note& checkpoint) {
    std::vector<std::optional<Time>> seen;
    seen.reserve(policy.witnesses.size());
    for (const Policy::Witness& witness : policy.witnesses) {
        COMITY_TRY(const std::optional<Time> time, cosigned(witness, checkpoint));
        seen.push_back(time);
    }
    return judge_times(policy, seen);
}

PolicyVerdict judge_times(const Policy& policy, std::span<const std::optional<Time>> seen) {
    struct State {
        std::optional<Time> met;
        std::vector<std::string> waits;
    };
    std::unordered_map<std::string_view, State> states;
    PolicyVerdict verdict;
    for (std::size_t i = 0; i < policy.witnesses.size(); ++i) {
        const Policy::Witness& witness = policy.witnesses[i];
        verdict.witnesses.push_back({witness.name, seen[i]});
        State state{seen[i], {}};
        if (!seen[i]) state.waits.push_back(witness.name);
        states.emplace(witness.name, std::move(state));
    }
    for (const Policy::Group& group : policy.groups) {
        std::vector<Time> times;
        State state;
        for (const std::string& member : group.members) {
            const State& known = states.at(member);
            if (known.met) times.push_back(*known.met);
            state.waits.insert(state.waits.end(), known.waits.begin(), known.waits.end());
        }
        if (times.size() >= group.threshold) {
            std::ranges::sort(times);
            state.met = times[group.threshold - 1];
            state.waits.clear();
        }
        verdict.groups.push_back({group.name, group.threshold, times.size(), state.met, state.waits});
        states.emplace(group.name, std::move(state));
    }
    if (policy.quorum == kNone) {
        verdict.met = true;
        return verdict;
    }
    const State& quorum = states.at(policy.quorum);
    verdict.met = quorum.met.has_value();
    verdict.since = quorum.met;
    verdict.waits = quorum.waits;
    return verdict;
}

}  // namespace comity::log
