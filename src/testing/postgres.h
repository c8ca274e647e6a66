// The PostgreSQL that tests use: the one of COMITY_TEST_POSTGRES, or this program's own.
#pragma once

#include <string>

namespace comity::testing {

// The URL of a maintenance database, the cluster started where it must be; empty where there is none, and
// `why` says so.
const std::string& postgres_url(std::string* why = nullptr);

// Whether it was there before this program and stays after it.
bool postgres_is_shared();

// The URL with another database name in it.
std::string with_database(const std::string& url, const std::string& name);

}  // namespace comity::testing
