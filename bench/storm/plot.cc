#include "bench/storm/plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "bench/storm/text.h"

namespace negodbc::bench {
namespace {

constexpr double width = 860;
constexpr double left = 76;
constexpr double right = 34;
constexpr double top = 12;
constexpr double plot_height = 280;
constexpr double bar_height = 26;
constexpr double bar_left = 170;

std::string number(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

// Three significant digits, never as a power of ten.
std::string significant(double value) {
  const int digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  char text[40];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  std::string trimmed = text;
  if (trimmed.find('.') != std::string::npos) {
    trimmed.erase(trimmed.find_last_not_of('0') + 1);
    if (trimmed.back() == '.') trimmed.pop_back();
  }
  return trimmed;
}

std::string text_at(double x, double y, const char* anchor, const std::string& text,
                    const char* css = "") {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor +
         "\" class=\"" + css + "\">" + escape_markup(text) + "</text>\n";
}

std::string line(double x1, double y1, double x2, double y2, const char* css) {
  return "<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) +
         "\" y2=\"" + number(y2) + "\" class=\"" + css + "\"/>\n";
}

std::string open_svg(double height, const std::string& title) {
  return "<svg viewBox=\"0 0 " + number(width) + " " + number(height) +
         "\" role=\"img\" aria-label=\"" + escape_markup(title) +
         "\" xmlns=\"http://www.w3.org/2000/svg\">\n";
}

struct Range {
  double low = 0;
  double high = 0;
  bool empty = true;
  void include(double value) {
    low = empty ? value : std::min(low, value);
    high = empty ? value : std::max(high, value);
    empty = false;
  }
};

std::vector<Tick> linear_ticks(double low, double high, int about) {
  std::vector<Tick> ticks;
  if (high <= low) return {{low, significant(low)}};
  const double raw = (high - low) / about;
  const double power = std::pow(10, std::floor(std::log10(raw)));
  double step = power * 10;
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (power * factor >= raw) {
      step = power * factor;
      break;
    }
  }
  const auto first = static_cast<int>(std::ceil(low / step));
  for (int i = first; i * step <= high * (1 + 1e-9); ++i)
    ticks.push_back({i * step, significant(i * step)});
  return ticks;
}

// Between low and high; 1, 2 and 5 of every power of ten, or the powers alone where those are many.
std::vector<Tick> log_ticks(double low, double high) {
  std::vector<Tick> ticks;
  const bool powers_only = high / low > 1e4;
  for (int exponent = static_cast<int>(std::floor(std::log10(low)));
       exponent <= std::ceil(std::log10(high)); ++exponent) {
    for (const int factor : {1, 2, 5}) {
      const double value = factor * std::pow(10, exponent);
      if (value < low * 0.999 || value > high * 1.001 || (powers_only && factor != 1)) continue;
      ticks.push_back({value, duration_text(value)});
    }
  }
  return ticks;
}

class LatencyCanvas {
 public:
  explicit LatencyCanvas(const LatencyPlot& plot) : plot_(plot) {
    for (const auto& series : plot.series) {
      for (const auto& segment : series.segments) {
        for (const auto& point : segment) {
          x_.include(point.x);
          if (plot.counts || point.y > 0) y_.include(point.y);
        }
      }
    }
    for (const auto& tick : plot.x_ticks) x_.include(tick.at);
    if (x_.high <= x_.low) x_.high = x_.low + 1;
    y_.low = plot.counts ? 0 : y_.low / 1.15;
    y_.high *= 1.15;
  }

  std::string draw() const {
    const double height = top + plot_height + 46;
    std::string svg = open_svg(height, plot_.title);
    if (y_.empty) return svg + text_at(width / 2, height / 2, "middle", "no logins") + "</svg>\n";
    const auto heights = plot_.counts ? linear_ticks(0, y_.high, 6) : log_ticks(y_.low, y_.high);
    for (const auto& tick : heights) {
      svg += line(left, y(tick.at), width - right, y(tick.at), "grid");
      svg += text_at(left - 8, y(tick.at) + 4, "end", tick.label);
    }
    const auto ticks = plot_.x_ticks.empty() ? linear_ticks(x_.low, x_.high, 8) : plot_.x_ticks;
    for (const auto& tick : ticks) {
      svg += line(x(tick.at), top, x(tick.at), top + plot_height, "grid");
      svg += text_at(x(tick.at), top + plot_height + 18, "middle", tick.label);
    }
    svg += text_at((left + width - right) / 2, height - 6, "middle", plot_.x_label, "label");
    for (const auto& series : plot_.series) svg += draw(series);
    return svg + "</svg>\n";
  }

 private:
  double x(double value) const {
    return left + (value - x_.low) / (x_.high - x_.low) * (width - left - right);
  }
  double y(double value) const {
    if (plot_.counts) return top + (1 - value / y_.high) * plot_height;
    return top + (std::log(y_.high) - std::log(std::max(value, y_.low))) /
                     (std::log(y_.high) - std::log(y_.low)) * plot_height;
  }

  std::string draw(const Series& series) const {
    std::string svg;
    const std::string style =
        " stroke=\"" + series.color + "\" class=\"" + (series.faint ? "faint" : "line") + "\"/>\n";
    for (const auto& segment : series.segments) {
      if (segment.size() == 1) {
        svg += "<circle cx=\"" + number(x(segment[0].x)) + "\" cy=\"" + number(y(segment[0].y)) +
               "\" r=\"2\"" + style;
        continue;
      }
      svg += "<polyline points=\"";
      for (const auto& point : segment) svg += number(x(point.x)) + "," + number(y(point.y)) + " ";
      svg += "\"" + style;
    }
    for (const auto& mark : series.marks) {
      const double cx = x(mark.at.x);
      const double cy = y(mark.at.y);
      if (!mark.cross) {
        svg += "<circle cx=\"" + number(cx) + "\" cy=\"" + number(cy) + "\" r=\"4\" fill=\"" +
               series.color + "\"/>\n";
        continue;
      }
      svg += "<path d=\"M" + number(cx - 5) + " " + number(cy - 5) + "L" + number(cx + 5) + " " +
             number(cy + 5) + "M" + number(cx - 5) + " " + number(cy + 5) + "L" + number(cx + 5) +
             " " + number(cy - 5) + "\"" + style;
    }
    return svg;
  }

  const LatencyPlot& plot_;
  Range x_;
  Range y_;
};

std::string rectangle(double x, double y, double w, double h, const std::string& color) {
  return "<rect x=\"" + number(x) + "\" y=\"" + number(y) + "\" width=\"" + number(w) +
         "\" height=\"" + number(h) + "\" fill=\"" + color + "\">";
}

// About how wide a text of this page's size is.
double text_width(const std::string& text) {
  return 6.6 * static_cast<double>(text.size());
}

}  // namespace

std::string escape_markup(const std::string& text) {
  std::string escaped;
  for (const char c : valid_utf8(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped.push_back(static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? ' ' : c);
    }
  }
  // U+FFFE and U+FFFF are no characters of XML.
  for (const char* none : {"\xef\xbf\xbe", "\xef\xbf\xbf"}) {
    for (auto at = escaped.find(none); at != std::string::npos; at = escaped.find(none, at))
      escaped.replace(at, 3, "\xef\xbf\xbd");
  }
  return escaped;
}

std::string duration_text(double seconds) {
  if (std::isnan(seconds)) return "–";
  if (seconds >= 1) return significant(seconds) + " s";
  if (seconds >= 1e-3) return significant(seconds * 1e3) + " ms";
  return significant(seconds * 1e6) + " µs";
}

std::string to_svg(const LatencyPlot& plot) {
  return LatencyCanvas(plot).draw();
}

std::string bars_to_svg(const std::string& title, const std::vector<Bar>& bars) {
  double most = 0;
  for (const auto& bar : bars) most = std::max({most, bar.value, bar.highest});
  const double scale = most > 0 ? (width - bar_left - 70) / most : 0;
  std::string svg = open_svg(top + bar_height * static_cast<double>(bars.size()) + 6, title);
  double y = top;
  for (const auto& bar : bars) {
    const double middle = y + bar_height / 2 - 2;
    svg += text_at(bar_left - 8, middle + 4, "end", bar.name);
    svg += rectangle(bar_left, y, bar.value * scale, bar_height - 6, bar.color) + "</rect>\n";
    svg += line(bar_left + bar.lowest * scale, middle, bar_left + bar.highest * scale, middle,
                "whisker");
    svg += text_at(bar_left + std::max(bar.value, bar.highest) * scale + 6, middle + 4, "start",
                   significant(bar.value));
    y += bar_height;
  }
  return svg + "</svg>\n";
}

std::string stacks_to_svg(const std::string& title, const std::vector<Stack>& stacks) {
  static const std::array<const char*, 10> fills{"#7aa6c2", "#c9b458", "#a3c48f", "#d19a8b",
                                                 "#b3a2c7", "#9fb3b3", "#e3b587", "#8fb8a8",
                                                 "#c7a2b8", "#b0b0b0"};
  // A part has one color, whoever's it is.
  std::vector<std::string> names;
  for (const auto& stack : stacks) {
    for (const auto& part : stack.parts) {
      if (std::find(names.begin(), names.end(), part.first) == names.end())
        names.push_back(part.first);
    }
  }
  const auto fill = [&](const std::string& name) {
    const auto index = std::find(names.begin(), names.end(), name) - names.begin();
    return fills[static_cast<std::size_t>(index) % fills.size()];
  };
  double most = 0;
  for (const auto& stack : stacks) {
    double sum = 0;
    for (const auto& part : stack.parts) sum += part.second;
    most = std::max(most, sum);
  }
  const double scale = most > 0 ? (width - bar_left - 90) / most : 0;
  std::string svg = open_svg(top + bar_height * static_cast<double>(stacks.size() + 1) + 6, title);
  double y = top;
  double legend = bar_left;
  for (const auto& name : names) {
    svg += rectangle(legend, y + 4, 10, 10, fill(name)) + "</rect>\n";
    svg += text_at(legend + 15, y + 13, "start", name);
    legend += 15 + text_width(name) + 18;
  }
  y += bar_height;
  for (const auto& stack : stacks) {
    svg += text_at(bar_left - 8, y + bar_height / 2 + 2, "end", stack.name);
    double x = bar_left;
    double sum = 0;
    for (const auto& [name, value] : stack.parts) {
      const std::string label = name + " " + duration_text(value);
      svg += rectangle(x, y, value * scale, bar_height - 6, fill(name)) + "<title>" +
             escape_markup(label) + "</title></rect>\n";
      if (text_width(label) < value * scale)
        svg += text_at(x + 5, y + bar_height / 2 + 2, "start", label);
      x += value * scale;
      sum += value;
    }
    svg += text_at(x + 6, y + bar_height / 2 + 2, "start", duration_text(sum));
    y += bar_height;
  }
  return svg + "</svg>\n";
}

}  // namespace negodbc::bench
