// Procedures as commands name them: a preset's id, or a file.
#pragma once

#include <string>

#include "cli/context.h"
#include "governance/procedure/procedure.h"
#include "json/value.h"

namespace comity::cli {

struct NamedProcedure {
    governance::Procedure procedure;
    json::Value json;  // as it is written
};

// kNotFound where it is neither; else what is wrong in the file.
Result<NamedProcedure> read_procedure(Context& context, const std::string& name);

}  // namespace comity::cli
