// A procedure from its JSON (docs/formats.md, "Procedures"). Errors name the place in the document and what
// to do there; an impossible procedure is refused with the reason.
#pragma once

#include <functional>

#include "governance/procedure/evaluate.h"
#include "governance/procedure/procedure.h"
#include "json/value.h"

namespace comity::governance {

// Form and sense: check_possible() included, as far as it can be told without the roll. `path` is the place
// of the value in errors.
Result<Procedure> parse_procedure(const json::Value& value, const std::string& path);

// Who is meant: {"everybody":true} or any of "classes", "groups", "members".
Result<Selector> parse_selector(const json::Value& value, const std::string& path);

// kInvalid where nothing could ever be adopted though all are for it, or something would be though all are
// against it, with the condition that shows it.
Result<void> check_possible(const Procedure& procedure, const std::string& path);

// The same for an electorate as it really is: quorums and numbers that it could not reach.
Result<void> check_reachable(const Procedure& procedure, std::span<const Elector> electors,
                             const Circumstances& circumstances);

// Procedures that choose a condition by an earlier vote, which is held by a procedure that does so too, and
// so on: refused where that leads back. `find` gives null for what is unknown, which ends the walk.
Result<void> check_no_circle(const Procedure& procedure,
                             const std::function<const Procedure*(std::string_view)>& find);

}  // namespace comity::governance
