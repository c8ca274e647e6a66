#include "federation/recount_facts.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "federation/announcement.h"
#include "federation/evidence_against.h"
#include "federation/pillar.h"
#include "federation/seal.h"
#include "log/tree.h"

namespace comity::federation {
namespace {

using ledger::Witnessed;

class FactsOfLogs final : public QuorumFacts {
  public:
    FactsOfLogs(const std::vector<ReadLog>& read, const governance::Acts& said, const ledger::Roll& roll,
                const log::Policy& policy, Witnessed close)
        : policy_(policy) {
        std::vector<governance::Act> counting;
        for (const governance::Act& act : said.all()) {
            if (governance::counts_by(roll, act)) counting.push_back(act);
        }
        take_logs(read, counting);
        words_.assign(policy.witnesses.size(), std::vector<std::vector<Word>>(logs_.size()));
        strange_.resize(policy.witnesses.size());
        seals_.resize(policy.witnesses.size());
        for (const governance::Act& act : counting) {
            if (act.statement->type == kCosigned) take_cosigned(act, close);
            if (act.statement->type == kSeal) take_seal(act, close);
            if (act.statement->type == kEvidenceType) take_evidence(act);
            if (act.statement->type == kNode) take_announced(act);
        }
        for (auto& of_witness : words_) {
            for (std::vector<Word>& words : of_witness) {
                std::ranges::sort(words, {}, [](const Word& word) {
                    return std::tie(word.size, word.time, word.root.bytes);
                });
            }
        }
    }

    std::vector<Log> logs() const override { return logs_; }
    std::vector<Word> words(std::size_t witness, std::size_t log) const override {
        return words_[witness][log];
    }
    std::map<std::string, std::uint64_t> strange(std::size_t witness) const override {
        return strange_[witness];
    }
    Result<std::vector<SealedSizes>> seals(std::size_t witness, Witnessed) override {
        return seals_[witness];
    }
    Result<std::vector<std::vector<Digest>>> evidence() override { return against_.of(policy_); }

    Result<bool> holds(std::size_t log, std::uint64_t size, const Digest& root) override {
        auto known = roots_.find({log, size});
        if (known == roots_.end()) {
            log::Frontier frontier;
            for (std::uint64_t i = 0; i < size; ++i)
                frontier.append(log::leaf_hash((*entries_[log])[i].view()));
            known = roots_.emplace(std::pair(log, size), frontier.root()).first;
        }
        return known->second == root;
    }

    Result<std::vector<std::vector<Place>>> places(std::span<const Digest> statements) override {
        std::unordered_map<Digest, std::size_t, DigestHash> asked;
        for (std::size_t i = 0; i < statements.size(); ++i) asked.emplace(statements[i], i);
        std::vector<std::vector<Place>> found(statements.size());
        for (std::size_t log = 0; log < logs_.size(); ++log) {
            if (entries_[log] == nullptr) continue;
            for (std::size_t index = 0; index < entries_[log]->size(); ++index) {
                const auto at = asked.find((*entries_[log])[index]);
                if (at != asked.end()) found[at->second].push_back({log, index});
            }
        }
        return found;
    }

  private:
    // Those that the policy names; where it names none, those that members have announced.
    void take_logs(const std::vector<ReadLog>& read, std::span<const governance::Act> counting) {
        std::set<std::string> keys;
        for (const log::Policy::Log& log : policy_.logs) keys.insert(log.key.text());
        if (keys.empty()) {
            for (const governance::Act& act : counting) {
                if (act.statement->type != kNode) continue;
                if (const auto node = parse_announcement(*act.statement)) keys.insert(node->log.text());
            }
        }
        for (const std::string& key : keys) {
            const auto at = std::ranges::find(read, key, &ReadLog::key);
            by_key_.emplace(key, logs_.size());
            entries_.push_back(at == read.end() ? nullptr : &at->entries);
            logs_.push_back({key, at != read.end(), at == read.end() ? 0 : at->entries.size()});
        }
    }

    void take_word(const std::string& witness, const std::string& log, const Word& word) {
        for (std::size_t w = 0; w < policy_.witnesses.size(); ++w) {
            if (policy_.witnesses[w].key.text() != witness) continue;
            if (const auto at = by_key_.find(log); at != by_key_.end()) {
                words_[w][at->second].push_back(word);
            } else if (policy_.logs.empty()) {
                std::uint64_t& size = strange_[w][log];
                size = std::max(size, word.size);
            }
        }
    }

    void take_cosigned(const governance::Act& act, Witnessed close) {
        const auto cosigned = parse_cosigned(act.statement->body);
        if (!cosigned) return;
        for (const auto& [witness, time] : cosigned->witnesses) {
            if (time.seconds() > close) continue;
            take_word(witness.text(), cosigned->log.text(),
                      {cosigned->checkpoint.size, cosigned->checkpoint.root, time.seconds()});
        }
    }

    // Nobody has looked at it before, as a node's door does.
    void take_evidence(const governance::Act& act) {
        const auto evidence = parse_evidence(act.statement->body, "body");
        if (evidence && check_evidence(*evidence)) against_.found(act.statement->id, *evidence);
    }

    void take_announced(const governance::Act& act) {
        const auto node = parse_announcement(*act.statement);
        if (node && node->witness)
            against_.announced(node->log.text(), node->cosigner.text(), node->witness->text());
    }

    void take_seal(const governance::Act& act, Witnessed close) {
        const auto seal = Seal::parse(act.statement->body, "body");
        if (!seal || seal->community != act.statement->community || seal->close > close) return;
        const std::string witness = seal->witness.text();
        SealedSizes sizes;
        for (const SealedLog& log : seal->logs) {
            take_word(witness, log.log.text(), {log.size, log.root, seal->close});
            sizes.emplace(log.log.text(), std::pair(log.size, log.root));
        }
        if (seal->close != close) return;
        for (std::size_t w = 0; w < policy_.witnesses.size(); ++w) {
            if (policy_.witnesses[w].key.text() == witness) seals_[w].push_back(sizes);
        }
    }

    const log::Policy& policy_;
    std::vector<Log> logs_;
    std::vector<const std::vector<Digest>*> entries_;  // null: not read
    std::map<std::string, std::size_t, std::less<>> by_key_;
    std::vector<std::vector<std::vector<Word>>> words_;  // by witness, log
    std::vector<std::map<std::string, std::uint64_t>> strange_;
    std::vector<std::vector<SealedSizes>> seals_;  // of the close, by witness
    EvidenceAgainst against_;
    std::map<std::pair<std::size_t, std::uint64_t>, Digest> roots_;
};

}  // namespace

governance::CloseWord word_out_of(const std::vector<ReadLog>& logs, const governance::Acts& said,
                                  const ledger::Roll& roll) {
    return [&](const log::Policy& policy, Witnessed close, std::span<const Digest> ballots,
               ledger::Liars liars) -> Result<ledger::ClosedAt> {
        FactsOfLogs facts(logs, said, roll, policy, close);
        return close_over(facts, policy, close, ballots, liars);
    };
}

}  // namespace comity::federation
