// The program's own log: one JSON object a line on standard error (or text on a terminal), never a secret.
//
//     logging::info("listening", {{"address", "127.0.0.1:8080"}});
//
// Each line is written when its call returns; those of routine() may come a moment later, and many at a time:
// a write for each would be a good part of what a quick answer costs. A process that is killed loses the last
// of these.
//
// Thread-safe. Not for what a command prints to its user: that is the command's own business.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace comity::logging {

enum class Level { kDebug, kInfo, kWarning, kError, kOff };
enum class Form { kJson, kText };

using Field = std::pair<std::string_view, std::string>;

// Called once, before the first line; without it: kWarning, text.
void start(Level level, Form form);

void debug(std::string_view event, std::initializer_list<Field> fields = {});
void info(std::string_view event, std::initializer_list<Field> fields = {});
void routine(std::string_view event, std::initializer_list<Field> fields = {});  // as info
void warning(std::string_view event, std::initializer_list<Field> fields = {});
void error(std::string_view event, std::initializer_list<Field> fields = {});

// Writes what routine() holds back. Done by itself every kRoutineMilliseconds, before any other line, and
// when the process exits.
void flush();
inline constexpr int kRoutineMilliseconds = 50;

}  // namespace comity::logging
