//! A picture of figures over time: one panel per series, its goal as a line.

use std::fmt::Write as _;

const WIDTH: f64 = 720.0;
const PANEL: f64 = 150.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 96.0;
const TOP: f64 = 34.0;
/// Height of a panel's drawing area.
const AREA: f64 = 96.0;

/// One figure over the runs.
pub struct Series {
    /// What it is, with its unit.
    pub name: &'static str,
    /// What we promise: at most this.
    pub goal: f64,
    /// One value per run; `None` where it was not measured.
    pub values: Vec<Option<f64>>,
}

/// Draws the series below each other; `labels` name the runs.
pub fn svg(title: &str, labels: &[String], series: &[Series]) -> String {
    let panels = f64::from(u32::try_from(series.len()).unwrap_or(u32::MAX));
    let height = TOP + PANEL * panels;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" \
         font-family=\"system-ui, sans-serif\" font-size=\"12\" role=\"img\">\n\
         <title>{title}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\
         <text x=\"{LEFT}\" y=\"20\" font-size=\"14\" font-weight=\"600\">{title}</text>\n",
        title = escaped(title)
    );
    let mut top = TOP;
    for one in series {
        panel(&mut svg, top, labels, one);
        top += PANEL;
    }
    svg.push_str("</svg>\n");
    svg
}

fn panel(svg: &mut String, top: f64, labels: &[String], series: &Series) {
    let most = series
        .values
        .iter()
        .flatten()
        .copied()
        .fold(series.goal, f64::max)
        * 1.1;
    let base = top + 24.0 + AREA;
    let height = |value: f64| base - AREA * value / most;
    let steps =
        f64::from(u32::try_from(series.values.len().saturating_sub(1).max(1)).unwrap_or(u32::MAX));
    let right = WIDTH - RIGHT;
    let goal = height(series.goal);
    // Writing to a String cannot fail.
    let _ = writeln!(
        svg,
        "<text x=\"{LEFT}\" y=\"{:.1}\" fill=\"#444444\">{}</text>\n\
         <line x1=\"{LEFT}\" y1=\"{base:.1}\" x2=\"{right:.1}\" y2=\"{base:.1}\" stroke=\"#999999\"/>\n\
         <line x1=\"{LEFT}\" y1=\"{goal:.1}\" x2=\"{right:.1}\" y2=\"{goal:.1}\" stroke=\"#b45309\" stroke-dasharray=\"4 3\"/>\n\
         <text x=\"{:.1}\" y=\"{:.1}\" fill=\"#b45309\">goal {}</text>",
        top + 14.0,
        escaped(series.name),
        right + 6.0,
        goal + 4.0,
        series.goal
    );
    let mut points = String::new();
    let mut last = None;
    let mut x = LEFT;
    for (value, label) in series.values.iter().zip(labels) {
        if let Some(value) = value {
            let y = height(*value);
            let _ = write!(points, "{x:.1},{y:.1} ");
            let _ = writeln!(
                svg,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"#0f766e\"><title>{}: {value:.1}</title></circle>",
                escaped(label)
            );
            last = Some((x, y, *value));
        }
        x += (right - LEFT) / steps;
    }
    if let Some((x, y, value)) = last {
        let _ = writeln!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"#0f766e\" stroke-width=\"1.5\"/>\n\
             <text x=\"{:.1}\" y=\"{:.1}\" fill=\"#0f766e\">{value:.1}</text>",
            points.trim_end(),
            x + 6.0,
            y - 6.0
        );
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_a_point_and_gaps_are_none() {
        let series = Series {
            name: "a & b",
            goal: 10.0,
            values: vec![Some(5.0), None, Some(20.0)],
        };
        let svg = svg("t", &["1".into(), "2".into(), "3".into()], &[series]);
        assert_eq!(svg.matches("<circle").count(), 2);
        assert!(svg.contains("a &amp; b") && svg.contains("goal 10"));
        assert!(!svg.contains("NaN") && !svg.contains("inf"));
    }

    #[test]
    fn nothing_measured_is_still_a_picture() {
        let svg = svg(
            "t",
            &[],
            &[Series {
                name: "a",
                goal: 1.0,
                values: vec![],
            }],
        );
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));
        assert!(!svg.contains("NaN"));
    }
}
