// Runs before anything is shown, so that the page does not flash in the wrong colours.
{
  const choice = localStorage.getItem('weir-theme');
  if (choice === 'light' || choice === 'dark') document.documentElement.dataset['theme'] = choice;
}
