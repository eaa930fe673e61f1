// What clang-tidy has to find here, with own_code.cc as without it (findings_test): each line's
// check is named behind it.
#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace finds {
int Unused();
}
using finds::Unused;  // misc-unused-using-decls

struct Base {
  virtual ~Base() = default;
  virtual int number() const { return 1; }
};
struct Derived : Base {
  virtual int number() const { return 2; }  // modernize-use-override
};

struct FromNumber {
  FromNumber(int number) : number(number) {}  // google-explicit-constructor
  int number;
};

struct Throwing {
  Throwing() = default;
  Throwing(Throwing&& other)  // performance-noexcept-move-constructor
      : text(std::move(other.text)) {}
  std::string text;
};

class Parts {
 public:
  explicit Parts(std::string text) : text_(text) {}  // performance-unnecessary-value-param
  bool none() const { return text_.size() == 0; }    // readability-container-size-empty
  Parts& operator=(const Parts& other) {             // bugprone-unhandled-self-assignment
    delete more_;
    more_ = new std::string(*other.more_);
    return *this;
  }
  ~Parts() { delete more_; }

 private:
  std::string text_;
  std::string* more_ = nullptr;
};

namespace {

template <typename T>
T half(T value) {
  return value / 2;
}

double truncated(int number) {
  double third = number / 3;  // bugprone-integer-division
  return third;
}

int used_after(std::string text) {
  const std::string taken = std::move(text);
  return static_cast<int>(text.size() + taken.size());  // bugprone-use-after-move
}

int copies(const std::vector<std::string>& names, const std::map<std::string, int>& numbers) {
  int sum = 0;
  for (const std::string name : names)  // performance-for-range-copy
    sum += static_cast<int>(name.size());
  using Entry = std::pair<std::string, int>;
  for (const Entry& entry : numbers)  // performance-implicit-conversion-in-loop
    sum += entry.second;
  const std::string first = names.front();  // performance-unnecessary-copy-initialization
  std::vector<int> squares;
  for (int i = 0; i < 10; ++i)
    squares.push_back(i * i);  // performance-inefficient-vector-operation
  std::string all;
  for (const std::string& name : names)
    all = all + name;  // performance-inefficient-string-concatenation
  return sum + static_cast<int>(first.size() + squares.size() + all.size()) + half(sum);
}

bool texts(const char* text, void* place, int number) {
  std::memset(place, number, 0);                 // bugprone-suspicious-memset-usage
  if (std::strcmp(text, "a")) return true;       // bugprone-suspicious-string-compare
  if (number == 1 || number == 1) return true;   // misc-redundant-expression
  char* none = 0;                                // modernize-use-nullptr
  std::string copy = std::string(text).c_str();  // readability-redundant-string-cstr
  if (none == nullptr) {
    return true;
  } else {
    return copy.empty() ? true : false;  // readability-simplify-boolean-expr
  }
}

void throws(int number) {
  if (number > 1) throw number;
}

int branches(int number) {
  if (number > 1)  // bugprone-branch-clone
    number = 2;
  else
    number = 2;
  return number;
}

void ends() noexcept {  // bugprone-exception-escape
  throws(2);
}

}  // namespace

int all() {
  ends();
  Derived derived;
  std::unique_ptr<Base> pointer = std::make_unique<Derived>();
  pointer.get()->number();  // readability-redundant-smartptr-get
  std::vector<int> numbers{3, 1, 2};
  std::remove(numbers.begin(), numbers.end(), 1);  // bugprone-unused-return-value
  return static_cast<int>(truncated(5)) + used_after("a") + copies({"a"}, {{"b", 1}}) +
         branches(1) + derived.number() + static_cast<int>(texts("a", nullptr, 1));
}
