// Says whether a text is well-formed XML, as far as pictures and pages need it.
#pragma once

#include <string>
#include <string_view>

namespace synfire::test {

/// "" when the text is well-formed, else what is wrong and where.
std::string xml_fault(std::string_view text);

}  // namespace synfire::test
