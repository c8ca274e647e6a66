#include "development/tender/open_bids.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "crypto/secret_sharing.h"
#include "json/number.h"
#include "json/words.h"

namespace comity::development {
namespace {

using ledger::Stand;
using ledger::Witnessed;

// What was said of a bid's key and shares.
struct KeyTold {
    std::optional<Bytes> key{};
    std::string by{};  // "key", "shares"
    bool revealed = false;
    bool late = false;  // the right key was said, but after open_by
    bool open = false;  // whether it was in time is not known yet
};

class Opening {
  public:
    explicit Opening(const OpeningFacts& facts) : facts_(facts), call_(facts.call.body) {}

    Result<BidOpening> run() {
        COMITY_CHECK(ask_times());
        for (const StatedBid& bid : facts_.bids) {
            BidOutcome one;
            one.bid = &bid;
            one.at = witnessed(bid.statement);
            out_.bids.push_back(std::move(one));
        }
        std::ranges::sort(out_.bids, [](const BidOutcome& a, const BidOutcome& b) {
            if (a.bid->author != b.bid->author) return a.bid->author < b.bid->author;
            return age_of(*b.bid) < age_of(*a.bid);
        });
        choose();
        for (BidOutcome& one : out_.bids) {
            if (one.stand == BidStand::kSealed) open(one);
        }
        rank();
        std::ranges::sort(faults_);
        const auto rest = std::ranges::unique(faults_);
        faults_.erase(rest.begin(), rest.end());
        out_.faults = std::move(faults_);
        return std::move(out_);
    }

  private:
    Witnessed witnessed(const Digest& statement) const {
        const auto at = facts_.witnessed.find(statement);
        return at == facts_.witnessed.end() ? 0 : at->second;
    }

    // Whether each of the statements was in by that second.
    Result<ledger::ClosedAt> closed_at(Witnessed second, const std::vector<Digest>& statements) {
        if (call_.witnesses) {
            if (!facts_.word) {
                return unavailable("witnesses", "the call names witnesses, and nobody's word can be asked");
            }
            return facts_.word(*call_.witnesses, second, statements);
        }
        ledger::ClosedAt out;
        for (const Digest& each : statements)
            out.stands.push_back(witnessed(each) <= second ? Stand::kIn : Stand::kOut);
        out.settled = facts_.as_of > second;
        return out;
    }

    Result<void> ask_times() {
        std::vector<Digest> bids, openings;
        for (const StatedBid& each : facts_.bids) bids.push_back(each.statement);
        for (const StatedOpening& each : facts_.openings) openings.push_back(each.statement);
        std::vector<Digest> both = bids;
        both.insert(both.end(), openings.begin(), openings.end());
        COMITY_TRY(const auto at_deadline, closed_at(call_.deadline, both));
        COMITY_TRY(const auto at_end, closed_at(call_.open_by, openings));
        for (std::size_t i = 0; i < both.size(); ++i) by_deadline_[both[i]] = at_deadline.stands[i];
        for (std::size_t i = 0; i < openings.size(); ++i) by_end_[openings[i]] = at_end.stands[i];
        out_.closed = at_deadline.settled;
        out_.settled = at_deadline.settled && at_end.settled;
        std::set<std::string> waits(at_deadline.waits.begin(), at_deadline.waits.end());
        waits.insert(at_end.waits.begin(), at_end.waits.end());
        out_.waits.assign(waits.begin(), waits.end());
        for (const auto* each : {&at_deadline, &at_end})
            faults_.insert(faults_.end(), each->faults.begin(), each->faults.end());
        return {};
    }

    // Of each member the bid that counts stays kSealed; of the others it is said why they do not count.
    void choose() {
        const StatedBid* chosen = nullptr;
        const std::string* author = nullptr;
        for (BidOutcome& one : out_.bids) {
            if (author == nullptr || *author != one.bid->author) chosen = nullptr;
            author = &one.bid->author;
            switch (by_deadline_.at(one.bid->statement)) {
                case Stand::kOut:
                    one.stand = BidStand::kLate;
                    one.why = call_.witnesses ? "the witnesses had not seen it by the deadline"
                                              : fmt::format("witnessed {} seconds after the deadline",
                                                            one.at - call_.deadline);
                    break;
                case Stand::kOpen:
                    one.stand = BidStand::kWaits;
                    one.why = "the witnesses have not said yet whether it was in by the deadline";
                    break;
                case Stand::kIn:
                    if (chosen != nullptr) {
                        one.stand = BidStand::kReplaced;
                        one.why = fmt::format("by its member's {}", chosen->statement.hex().substr(0, 12));
                        break;
                    }
                    chosen = one.bid;
                    if (one.bid->body.withdrawn) {
                        one.stand = BidStand::kWithdrawn;
                        one.why = "taken back before the deadline";
                    } else if (one.bid->body.shares.size() != call_.openers.size()) {
                        one.stand = BidStand::kUnshared;
                        one.why = fmt::format("holds {} shares for {} openers", one.bid->body.shares.size(),
                                              call_.openers.size());
                    }
                    break;
            }
        }
    }

    // Keys that were said, by anyone.
    void take_keys(const StatedBid& bid, KeyTold& told) {
        for (const StatedOpening& opening : facts_.openings) {
            for (const Opened& each : opening.body.opened) {
                if (each.bid != bid.statement || each.key.empty()) continue;
                if (!opens(bid.body, each.key)) {
                    faults_.push_back(fmt::format("{} said a key that is not that of {}'s bid {}",
                                                  opening.author, bid.author,
                                                  bid.statement.hex().substr(0, 12)));
                    continue;
                }
                if (by_deadline_.at(opening.statement) == Stand::kIn) {
                    faults_.push_back(fmt::format("{} said the key of {}'s bid before the deadline",
                                                  opening.author, bid.author));
                    told.revealed = told.revealed || opening.author == bid.author;
                }
                take_key(told, each.key, "key", by_end_.at(opening.statement));
            }
        }
    }

    static void take_key(KeyTold& told, const Bytes& key, std::string_view by, Stand in_time) {
        if (in_time == Stand::kOut) {
            told.late = true;
        } else if (in_time == Stand::kOpen) {
            told.open = true;
        } else if (!told.key) {
            told.key = key;
            told.by = by;
        }
    }

    // Shares of the call's openers, each by its own; so many as the threshold says are the key, where they
    // are right: the bid's public key tells.
    void take_shares(const StatedBid& bid, KeyTold& told) {
        std::vector<crypto::SecretShare> shares;
        std::vector<std::string> givers;
        for (std::size_t i = 0; i < call_.openers.size(); ++i) {
            std::set<Bytes> said;
            for (const StatedOpening& opening : facts_.openings) {
                if (opening.author != call_.openers[i].member) continue;
                for (const Opened& each : opening.body.opened) {
                    if (each.bid != bid.statement || each.share.empty()) continue;
                    if (by_deadline_.at(opening.statement) == Stand::kIn)
                        faults_.push_back(fmt::format("{} gave its share of {}'s bid before the deadline",
                                                      opening.author, bid.author));
                    if (each.share[0] != i + 1) {
                        faults_.push_back(
                            fmt::format("{} gave another's share of {}'s bid", opening.author, bid.author));
                        continue;
                    }
                    const Stand in_time = by_end_.at(opening.statement);
                    told.late = told.late || in_time == Stand::kOut;
                    told.open = told.open || in_time == Stand::kOpen;
                    if (in_time == Stand::kIn) said.insert(each.share);
                }
            }
            if (said.size() > 1) {
                faults_.push_back(fmt::format("{} gave two shares of {}'s bid, so neither counts",
                                              call_.openers[i].member, bid.author));
            } else if (said.size() == 1) {
                const Bytes& share = *said.begin();
                shares.push_back({share[0], to_bytes(ByteView(share).subspan(1))});
                givers.push_back(call_.openers[i].member);
            }
        }
        std::vector<std::size_t> picked;  // at most 126 ways of picking
        const auto key = joined(bid, shares, picked, 0);
        if (!key) {
            if (shares.size() >= call_.threshold)
                faults_.push_back(fmt::format(
                    "the shares of {}'s bid do not come to its key: it or its openers made them wrong",
                    bid.author));
            return;
        }
        if (!told.key) {
            told.key = *key;
            told.by = "shares";
        }
        // Another share is right where it comes to the same with all but one of these.
        for (std::size_t i = 0; i < shares.size(); ++i) {
            if (std::ranges::find(picked, i) != picked.end()) continue;
            std::vector<crypto::SecretShare> parts{shares[i]};
            for (const std::size_t each : picked) {
                if (parts.size() < call_.threshold) parts.push_back(shares[each]);
            }
            const auto same = crypto::join_secret(parts);
            if (!same || *same != *key)
                faults_.push_back(fmt::format("{} gave a wrong share of {}'s bid", givers[i], bid.author));
        }
    }

    std::optional<Bytes> joined(const StatedBid& bid, const std::vector<crypto::SecretShare>& shares,
                                std::vector<std::size_t>& picked, std::size_t from) const {
        if (picked.size() == call_.threshold) {
            std::vector<crypto::SecretShare> parts;
            for (const std::size_t i : picked) parts.push_back(shares[i]);
            auto key = crypto::join_secret(parts);
            if (key && opens(bid.body, *key)) return *std::move(key);
            return std::nullopt;
        }
        for (std::size_t i = from; i < shares.size(); ++i) {
            picked.push_back(i);
            if (auto key = joined(bid, shares, picked, i + 1)) return key;
            picked.pop_back();
        }
        return std::nullopt;
    }

    void open(BidOutcome& one) {
        KeyTold told;
        take_keys(*one.bid, told);
        if (call_.threshold > 0) take_shares(*one.bid, told);
        if (told.revealed) {
            one.stand = BidStand::kRevealed;
            one.why = "its bidder said its key before the deadline";
            return;
        }
        if (!told.key) {
            // What was given by open_by is all known only once that is settled.
            if (!out_.settled || told.open) return;
            one.stand = BidStand::kUnopened;
            one.why = told.late ? "its key came after open_by" : "nobody has said its key";
            return;
        }
        one.opened_by = told.by;
        auto content = unseal_bid(one.bid->body, one.bid->author, *told.key);
        if (!content) {
            const Error& error = content.error();
            one.stand = error.kind == ErrorKind::kRefused    ? BidStand::kAltered
                        : error.kind == ErrorKind::kConflict ? BidStand::kCopied
                                                             : BidStand::kUnfit;
            one.why = error.message();
            return;
        }
        if (!call_.currency.empty() && content->currency != call_.currency) {
            one.stand = BidStand::kUnfit;
            one.why = fmt::format("is in {}, asked for is {}", content->currency, call_.currency);
            one.content = *std::move(content);
            return;
        }
        one.content = *std::move(content);
        one.stand = BidStand::kValid;
    }

    void rank() {
        for (std::size_t i = 0; i < out_.bids.size(); ++i)
            if (out_.bids[i].stand == BidStand::kValid) out_.ranked.push_back(i);
        std::ranges::sort(out_.ranked, {}, [&](std::size_t i) {
            const BidOutcome& one = out_.bids[i];
            return std::tuple(std::string_view(one.content->currency), one.content->amount,
                              one.bid->statement);
        });
    }

    const OpeningFacts& facts_;
    const CallBody& call_;
    std::map<Digest, Stand> by_deadline_, by_end_;
    std::vector<std::string> faults_;
    BidOpening out_;
};

json::Object outcome_json(const BidOutcome& one) {
    json::Object row{{"bid", one.bid->statement.hex()},
                     {"bidder", one.bid->author},
                     {"revision", one.bid->body.revision},
                     {"witnessed", second_text(one.at)},
                     {"stand", to_string(one.stand)},
                     {"why", one.why},
                     {"opened_by", one.opened_by},
                     {"value", nullptr},
                     {"note", ""},
                     {"documents", json::Array{}}};
    if (one.content) {
        row["value"] =
            json::Object{{"amount", json::number(one.content->amount)}, {"currency", one.content->currency}};
        row["note"] = one.content->note;
        row["documents"] = ledger::exhibits_json(one.content->documents);
    }
    return row;
}

}  // namespace

std::string_view to_string(BidStand stand) {
    constexpr std::array<std::string_view, 12> kStands{"valid",    "sealed",    "waits",    "late",
                                                       "replaced", "withdrawn", "unopened", "revealed",
                                                       "altered",  "copied",    "unfit",    "unshared"};
    return kStands[static_cast<std::size_t>(stand)];
}

Result<BidOpening> open_bids(const OpeningFacts& facts) {
    return Opening(facts).run();
}

json::Object bid_opening_json(const StatedCall& call, const BidOpening& opening) {
    json::Object stated = call_json(call.body);
    stated["ref"] = make_ref(call.author, call.body.id);
    stated["author"] = call.author;
    stated["statement"] = call.statement.hex();
    stated["process"] = make_ref(call.author, call.body.process);
    for (const std::string_view name : {"currency", "witnesses", "note"})
        if (!stated.contains(name)) stated[name] = "";
    if (!stated.contains("openers")) stated["openers"] = json::Array{};
    if (!stated.contains("threshold")) stated["threshold"] = 0;
    json::Array bids, ranked;
    for (const BidOutcome& one : opening.bids) bids.push_back(outcome_json(one));
    for (const std::size_t i : opening.ranked) ranked.emplace_back(opening.bids[i].bid->statement.hex());
    return {{"call", std::move(stated)},
            {"closed", opening.closed},
            {"settled", opening.settled},
            {"waits", json::array_of(opening.waits)},
            {"bids", std::move(bids)},
            {"ranked", std::move(ranked)},
            {"faults", json::array_of(opening.faults)}};
}

}  // namespace comity::development
