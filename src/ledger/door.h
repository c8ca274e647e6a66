// The door: what is checked of a submission before it may stand in line for the log. Form, signature, author
// known, size; and for the types that a pillar owns, the form of the body. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ledger/ledger.h"

namespace comity::ledger {

// The pillars by the first part of a statement's type.
class Pillars {
  public:
    explicit Pillars(std::vector<std::unique_ptr<Pillar>> pillars);
    std::span<const std::unique_ptr<Pillar>> all() const { return pillars_; }
    Pillar* owner(std::string_view type) const;  // null: nobody here knows the type
    RollMaker& roll_maker() const { return *roll_maker_; }

  private:
    std::vector<std::unique_ptr<Pillar>> pillars_;
    std::map<std::string, Pillar*, std::less<>> by_type_;
    RollMaker* roll_maker_ = nullptr;
};

// A submission whose form is right: ready for the sequencer.
struct Prepared {
    Submission submission;  // envelope emptied: it is in `envelope`
    crypto::Envelope envelope;
    Statement statement;
    std::vector<std::string_view> objects;   // into submission.objects; an empty one is a hole
    std::unique_ptr<const Reading> reading;  // by check_content(): of the type's owner, where it has one
    std::optional<Witnessed> foreign;        // by another node's log; nothing: submitted here
    std::int64_t roll = -1;  // the version of the roll by which its signature counts; -1: by none so far
    Witnessed counts_until = kNever;  // by that roll
    Ledger::Done done;
};

// The statement out of what came in: sizes and form.
Result<Prepared> open_submission(Submission submission, std::optional<Witnessed> foreign);

// What it carries against what it says, and its body against its type. A type that nobody here knows may come
// from another node, which may be newer than this one.
Result<void> check_content(Prepared& prepared, const Pillars& pillars);

// Does it count, as the roll stands, at that time? The last second in which it would (kNever: no end);
// kRefused says why not.
Result<Witnessed> check_signer(const Statement& statement, const crypto::Envelope& envelope,
                               const Pillars& pillars, const Roll& roll, Witnessed at);

}  // namespace comity::ledger
